package io.doksnap.archive.tar;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;

/**
 * The few system calls that the JDK does not offer, or offers with less than they can do. Loaded when the first one is needed.
 *
 * <p>Written for 64-bit Linux, where a {@code timespec} is two longs.
 */
final class Posix {
    static {
        Native.register("c");
    }

    private static final int FIFO = 0010000;
    private static final int CHARACTER_DEVICE = 0020000;
    private static final int BLOCK_DEVICE = 0060000;

    private static final int CURRENT_DIRECTORY = -100;
    private static final int NOFOLLOW = 0x100;

    private static final int ENOENT = 2;
    private static final int EACCES = 13;
    private static final int EEXIST = 17;

    /** Linux takes no longer path, and no longer link target. */
    private static final int LONGEST_PATH = 4096;

    private static native int utimensat(int directory, byte[] path, long[] times, int flags) throws LastErrorException;

    private static native int mknod(byte[] path, int mode, long device) throws LastErrorException;

    private static native int lchown(byte[] path, int uid, int gid) throws LastErrorException;

    private static native int symlink(byte[] target, byte[] path) throws LastErrorException;

    private static native long readlink(byte[] path, byte[] target, long size) throws LastErrorException;

    private Posix() {}

    /**
     * Sets the time of a file, or of a link itself (utimensat(2)). Unlike the JDK's way this does not open the file, which fails where
     * its owner may not read it and waits for ever on a pipe; and it takes nanoseconds of links, and times before 1970.
     */
    static void setModified(Path path, Instant modified) throws IOException {
        long[] accessedAndModified = {
            modified.getEpochSecond(), modified.getNano(), modified.getEpochSecond(), modified.getNano()
        };
        try {
            utimensat(CURRENT_DIRECTORY, RawPaths.nulTerminated(path), accessedAndModified, NOFOLLOW);
        } catch (LastErrorException e) {
            throw failed("cannot set the time", path, e);
        }
    }

    /** Sets owner and group of a file, or of a link itself (lchown(2)). */
    static void setOwner(Path path, long uid, long gid) throws IOException {
        try {
            lchown(RawPaths.nulTerminated(path), (int) uid, (int) gid);
        } catch (LastErrorException e) {
            throw failed("cannot set the owner to " + uid + ":" + gid, path, e);
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
            throw failed("cannot create a pipe or device", path, e);
        }
    }

    /** Makes a symbolic link with exactly this target (symlink(2)); the JDK would tidy it up on the way. */
    static void makeSymbolicLink(Path path, byte[] target) throws IOException {
        try {
            symlink(Arrays.copyOf(target, target.length + 1), RawPaths.nulTerminated(path));
        } catch (LastErrorException e) {
            throw failed("cannot create a link", path, e);
        }
    }

    /** The target of a symbolic link, byte for byte (readlink(2)). */
    static RawName linkTarget(Path path) throws IOException {
        byte[] target = new byte[LONGEST_PATH];
        try {
            int length = (int) readlink(RawPaths.nulTerminated(path), target, target.length);
            return RawName.of(Arrays.copyOf(target, length));
        } catch (LastErrorException e) {
            throw failed("cannot read the link", path, e);
        }
    }

    private static FileSystemException failed(String what, Path path, LastErrorException cause) {
        String file = RawPaths.shown(path);
        FileSystemException failure = switch (cause.getErrorCode()) {
            case ENOENT -> new NoSuchFileException(file);
            case EACCES -> new AccessDeniedException(file);
            case EEXIST -> new FileAlreadyExistsException(file);
            default -> new FileSystemException(file, null, what + ": " + cause.getMessage());
        };
        failure.initCause(cause);
        return failure;
    }
}
