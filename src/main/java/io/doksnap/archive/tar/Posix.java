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
import org.jspecify.annotations.Nullable;

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

    private static final int ENODATA = 61;
    private static final int ENOTSUP = 95;

    private static final int WRITE_ONLY = 1;

    /** XATTR_SIZE_MAX of linux/limits.h; the kernel's list of names is as long at most. */
    static final int LARGEST_ATTRIBUTE = 64 << 10;

    /** Linux takes no longer path, and no longer link target. */
    private static final int LONGEST_PATH = 4096;

    private static native int utimensat(int directory, byte[] path, long[] times, int flags) throws LastErrorException;

    private static native int mknod(byte[] path, int mode, long device) throws LastErrorException;

    private static native int lchown(byte[] path, int uid, int gid) throws LastErrorException;

    private static native int symlink(byte[] target, byte[] path) throws LastErrorException;

    private static native long readlink(byte[] path, byte[] target, long size) throws LastErrorException;

    private static native int open(byte[] path, int flags) throws LastErrorException;

    private static native int lsetxattr(byte[] path, byte[] name, byte[] value, long size, int flags)
            throws LastErrorException;

    private static native long lgetxattr(byte[] path, byte[] name, byte[] value, long size) throws LastErrorException;

    private static native int lremovexattr(byte[] path, byte[] name) throws LastErrorException;

    private static native int ftruncate(int descriptor, long size) throws LastErrorException;

    private static native String strerror(int error);

    private static native int syncfs(int descriptor) throws LastErrorException;

    private static native int close(int descriptor) throws LastErrorException;

    private Posix() {}

    /** Writes everything of a file system to its disk; the directory says which (syncfs(2)). */
    static void syncFileSystem(Path directory) throws IOException {
        try {
            int descriptor = open(RawPaths.nulTerminated(directory), 0);
            try {
                syncfs(descriptor);
            } finally {
                close(descriptor);
            }
        } catch (LastErrorException e) {
            throw failed("cannot write to disk", directory, e);
        }
    }

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

    /**
     * Gives a file, or a link itself, an extended attribute (lsetxattr(2)).
     *
     * @throws LastErrorException with the kernel's reason, which the caller has to weigh
     */
    static void setAttribute(Path path, ExtendedAttribute attribute) throws LastErrorException {
        byte[] value = attribute.unsafeValue();
        lsetxattr(RawPaths.nulTerminated(path), nulTerminated(attribute.name()), value, value.length, 0);
    }

    /** An extended attribute of a file, or of a link itself; {@code null} where it has none of this name, or cannot have any. */
    static @Nullable ExtendedAttribute attribute(Path path, RawName name) throws IOException {
        byte[] value = new byte[LARGEST_ATTRIBUTE];
        try {
            int length = (int) lgetxattr(RawPaths.nulTerminated(path), nulTerminated(name), value, value.length);
            return ExtendedAttribute.of(name, Arrays.copyOf(value, length));
        } catch (LastErrorException e) {
            if (isNoAttribute(e)) {
                return null;
            }
            throw failed("cannot read the attribute " + name, path, e);
        }
    }

    /** Takes an extended attribute from a file, or from a link itself, where it has it. */
    static void removeAttribute(Path path, RawName name) throws IOException {
        try {
            lremovexattr(RawPaths.nulTerminated(path), nulTerminated(name));
        } catch (LastErrorException e) {
            if (!isNoAttribute(e)) {
                throw failed("cannot remove the attribute " + name, path, e);
            }
        }
    }

    private static boolean isNoAttribute(LastErrorException e) {
        return e.getErrorCode() == ENODATA || e.getErrorCode() == ENOTSUP;
    }

    private static byte[] nulTerminated(RawName name) {
        return Arrays.copyOf(name.unsafeBytes(), name.length() + 1);
    }

    /** Makes a file this long; what is added is a hole (ftruncate(2)). */
    static void setSize(Path file, long size) throws IOException {
        try {
            int descriptor = open(RawPaths.nulTerminated(file), WRITE_ONLY);
            try {
                ftruncate(descriptor, size);
            } finally {
                close(descriptor);
            }
        } catch (LastErrorException e) {
            throw failed("cannot set the size to " + size, file, e);
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

    /** What the kernel says about a failed call, for people. */
    static String reason(LastErrorException failure) {
        return strerror(failure.getErrorCode());
    }

    /** The failed call as the JDK would have it. */
    static FileSystemException failed(String what, Path path, LastErrorException cause) {
        return failure(what + ": " + reason(cause), path, cause);
    }

    /** The same, for calls whose name adds nothing. */
    static FileSystemException failed(Path path, LastErrorException cause) {
        return failure(reason(cause), path, cause);
    }

    private static FileSystemException failure(String reason, Path path, LastErrorException cause) {
        String file = RawPaths.shown(path);
        FileSystemException failure = switch (cause.getErrorCode()) {
            case ENOENT -> new NoSuchFileException(file);
            case EACCES -> new AccessDeniedException(file);
            case EEXIST -> new FileAlreadyExistsException(file);
            default -> new FileSystemException(file, null, reason);
        };
        failure.initCause(cause);
        return failure;
    }
}
