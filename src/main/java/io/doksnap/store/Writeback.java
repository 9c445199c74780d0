package io.doksnap.store;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Has the kernel write a growing file to its disk while more is added, so that making it durable at its end has little left to wait for.
 * Nothing depends on it: where the system has no such call, everything is written at the end, and a failed write is found there in any case.
 */
final class Writeback {
    /** Large enough to be one run on the disk, small enough that the last one is soon written. */
    private static final int STRIDE = 8 << 20;

    private static final int WRITE_ONLY = 1;
    private static final int CLOSE_ON_EXEC = 02000000;
    private static final int NOTHING = -1;

    /** Begins to write, waits for nothing (sync_file_range(2)). */
    private static final int BEGIN_WRITING = 2;

    private final Path file;
    private long begun;
    private boolean useful = true;

    Writeback(Path file) {
        this.file = file;
    }

    private static final class Linux {
        static {
            Native.register("c");
        }

        private Linux() {}

        private static native int open(byte[] path, int flags) throws LastErrorException;

        private static native int sync_file_range(int descriptor, long offset, long length, int flags)
                throws LastErrorException;

        private static native int close(int descriptor) throws LastErrorException;
    }

    /** To be told after each write how long the file is now. */
    void grownTo(long size) {
        if (useful && size - begun >= STRIDE) {
            useful = begin(begun, size - begun);
            begun = size;
        }
    }

    private boolean begin(long offset, long length) {
        int descriptor = NOTHING;
        try {
            descriptor = Linux.open(nulTerminated(file), WRITE_ONLY | CLOSE_ON_EXEC);
            Linux.sync_file_range(descriptor, offset, length, BEGIN_WRITING);
            return true;
        } catch (LastErrorException | LinkageError e) {
            return false;
        } finally {
            if (descriptor != NOTHING) {
                Linux.close(descriptor);
            }
        }
    }

    private static byte[] nulTerminated(Path path) {
        byte[] bytes = path.toString().getBytes(StandardCharsets.UTF_8);
        return Arrays.copyOf(bytes, bytes.length + 1);
    }
}
