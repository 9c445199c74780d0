package io.doksnap.store;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the kernel write a growing file to its disk while more is added, so that making it durable at its end has little left to wait for.
 * Nothing depends on it: where the system has no such call, everything is written at the end, and a failed write is found there in any case.
 *
 * <p>It has one descriptor of its own from the first use until it is closed: on a network's file system closing one writes everything and
 * waits for it.
 */
final class Writeback implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Writeback.class);

    /** Large enough to be one run on the disk, small enough that the last one is soon written. */
    private static final int STRIDE = 8 << 20;

    private static final int WRITE_ONLY = 1;
    private static final int CLOSE_ON_EXEC = 02000000;
    private static final int NOTHING = -1;

    /** Begins to write, waits for nothing (sync_file_range(2)). */
    private static final int BEGIN_WRITING = 2;

    private final Path file;
    private final Calls calls;
    private int descriptor = NOTHING;
    private long begun;
    private boolean useful = true;

    Writeback(Path file) {
        this(file, new Linux());
    }

    Writeback(Path file, Calls calls) {
        this.file = file;
        this.calls = calls;
    }

    /** To be told after each write how long the file is now. */
    void grownTo(long size) {
        if (useful && size - begun >= STRIDE) {
            useful = begin(begun, size - begun);
            begun = size;
        }
    }

    /** Whatever could not be written by now, whoever makes the file durable is told, too. */
    @Override
    public void close() {
        useful = false;
        if (descriptor == NOTHING) {
            return;
        }
        try {
            calls.close(descriptor);
        } catch (LastErrorException e) {
            LOG.debug("Could not close a descriptor of {}", file, e);
        }
        // Linux has closed it in any case, and may have given its number to another file since.
        descriptor = NOTHING;
    }

    private boolean begin(long offset, long length) {
        try {
            if (descriptor == NOTHING) {
                descriptor = calls.open(file);
            }
            calls.beginWriting(descriptor, offset, length);
            return true;
        } catch (LastErrorException | LinkageError e) {
            return false;
        }
    }

    /** What is asked of the system; where that lacks a call, it is a {@link LinkageError}. */
    interface Calls {
        int open(Path file) throws LastErrorException;

        void beginWriting(int descriptor, long offset, long length) throws LastErrorException;

        void close(int descriptor) throws LastErrorException;
    }

    private static final class Linux implements Calls {
        @Override
        public int open(Path file) {
            return C.open(nulTerminated(file), WRITE_ONLY | CLOSE_ON_EXEC);
        }

        @Override
        public void beginWriting(int descriptor, long offset, long length) {
            C.sync_file_range(descriptor, offset, length, BEGIN_WRITING);
        }

        @Override
        public void close(int descriptor) {
            C.close(descriptor);
        }

        private static byte[] nulTerminated(Path path) {
            byte[] bytes = path.toString().getBytes(StandardCharsets.UTF_8);
            return Arrays.copyOf(bytes, bytes.length + 1);
        }
    }

    /** A class of its own, so that it is linked at the first call and not before. */
    private static final class C {
        static {
            Native.register("c");
        }

        private C() {}

        private static native int open(byte[] path, int flags) throws LastErrorException;

        private static native int sync_file_range(int descriptor, long offset, long length, int flags)
                throws LastErrorException;

        private static native int close(int descriptor) throws LastErrorException;
    }
}
