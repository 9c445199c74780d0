package io.doksnap.archive.tar;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;

/** The few system calls that the JDK does not offer. Loaded when the first one is needed. */
final class Posix {
    static {
        Native.register("c");
    }

    private static final int FIFO = 0010000;
    private static final int CHARACTER_DEVICE = 0020000;
    private static final int BLOCK_DEVICE = 0060000;

    private static final int CURRENT_DIRECTORY = -100;
    private static final int NOFOLLOW = 0x100;

    private static native int utimensat(int directory, byte[] path, long[] times, int flags) throws LastErrorException;

    private static native int mknod(byte[] path, int mode, long device) throws LastErrorException;

    private Posix() {}

    /**
     * Sets the time of a file that must not be opened for it: a link, a pipe, a device (utimensat(2)). The JDK opens
     * pipes for this, and waits for ever; and before version 18 it cuts the times of links to microseconds.
     */
    static void setModified(Path path, Instant modified) throws IOException {
        long[] accessedAndModified = {
            modified.getEpochSecond(), modified.getNano(), modified.getEpochSecond(), modified.getNano()
        };
        try {
            utimensat(CURRENT_DIRECTORY, RawPaths.nulTerminated(path), accessedAndModified, NOFOLLOW);
        } catch (LastErrorException e) {
            throw new IOException("cannot set the time of " + path + ": " + e.getMessage(), e);
        }
    }

    /** Makes a named pipe or a device (mknod(2)). */
    static void makeNode(Path path, TarEntry entry) throws IOException {
        int kind = switch (entry.type()) {
            case FIFO -> FIFO;
            case CHARACTER_DEVICE -> CHARACTER_DEVICE;
            case BLOCK_DEVICE -> BLOCK_DEVICE;
            default -> throw new IllegalArgumentException("no node: " + entry.type());
        };
        long major = entry.deviceMajor();
        long minor = entry.deviceMinor();
        long device = ((major & 0xFFF) << 8) | ((major & ~0xFFFL) << 32) | (minor & 0xFF) | ((minor & ~0xFFL) << 12);
        try {
            mknod(RawPaths.nulTerminated(path), kind | 0600, device);
        } catch (LastErrorException e) {
            throw new IOException("cannot create " + entry.name() + ": " + e.getMessage(), e);
        }
    }
}
