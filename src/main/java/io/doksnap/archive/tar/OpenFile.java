package io.doksnap.archive.tar;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A file or directory that is open for reading, by its descriptor: for what the JDK's channels do not show, namely attributes and holes.
 *
 * <p>What lies in a directory is opened by its name in that directory's descriptor and never through a link, so nobody who moves
 * directories about meanwhile can lead us elsewhere. Opening never waits, not even for a pipe that has come into a file's place.
 */
final class OpenFile implements ReadableByteChannel {
    static {
        Native.register("c");
    }

    /** Linux numbers these two by architecture. */
    private static final boolean NUMBERED_AS_ON_ARM =
            System.getProperty("os.arch", "").matches("(aarch64|arm|ppc64).*");

    private static final boolean HAS_PROC = Files.isDirectory(Path.of("/proc/self/fd"));

    private static final int DIRECTORY = NUMBERED_AS_ON_ARM ? 0040000 : 0200000;
    private static final int NO_FOLLOW = NUMBERED_AS_ON_ARM ? 0100000 : 0400000;
    private static final int NON_BLOCKING = 04000;
    private static final int CLOSE_ON_EXEC = 02000000;

    private static final int CURRENT_DIRECTORY = -100;

    private static final int SEEK_END = 2;
    private static final int SEEK_DATA = 3;
    private static final int SEEK_HOLE = 4;

    private static final int ENXIO = 6;
    private static final int EAGAIN = 11;
    private static final int EINVAL = 22;
    private static final int ESPIPE = 29;

    private static native int openat(int directory, byte[] name, int flags) throws LastErrorException;

    private static native int close(int descriptor) throws LastErrorException;

    private static native long pread(int descriptor, long address, long size, long offset) throws LastErrorException;

    private static native long lseek(int descriptor, long offset, int whence) throws LastErrorException;

    private static native long flistxattr(int descriptor, long names, long size) throws LastErrorException;

    private static native long fgetxattr(int descriptor, byte[] name, long value, long size) throws LastErrorException;

    private static native long llistxattr(byte[] path, long names, long size) throws LastErrorException;

    private static native long lgetxattr(byte[] path, byte[] name, long value, long size) throws LastErrorException;

    private final int descriptor;
    private final Path path;
    private long position;
    private long end;
    private boolean open = true;

    private OpenFile(int descriptor, Path path) {
        this.descriptor = descriptor;
        this.path = path;
    }

    /** Opens a directory by its path, following links in it. */
    static OpenFile directory(Path path) throws FileSystemException {
        return open(CURRENT_DIRECTORY, RawPaths.nulTerminated(path), DIRECTORY, path);
    }

    /** Opens a directory in this one; the path is for messages. */
    OpenFile directory(byte[] name, Path shown) throws FileSystemException {
        return open(descriptor, nulTerminated(name), DIRECTORY | NO_FOLLOW, shown);
    }

    /** Opens a file in this directory; the path is for messages. */
    OpenFile file(byte[] name, Path shown) throws FileSystemException {
        return open(descriptor, nulTerminated(name), NO_FOLLOW, shown);
    }

    private static OpenFile open(int directory, byte[] name, int flags, Path shown) throws FileSystemException {
        try {
            return new OpenFile(openat(directory, name, flags | NON_BLOCKING | CLOSE_ON_EXEC), shown);
        } catch (LastErrorException e) {
            if (e.getErrorCode() != EAGAIN) {
                throw Posix.failed(shown, e);
            }
        }
        // Somebody holds a lease on it (fcntl(2)), which only regular files can have, and is now asked to give it up.
        try {
            return new OpenFile(openat(directory, name, flags | CLOSE_ON_EXEC), shown);
        } catch (LastErrorException e) {
            throw Posix.failed(shown, e);
        }
    }

    Path path() {
        return path;
    }

    /** How long the file is now. */
    long size() throws FileSystemException {
        try {
            return lseek(descriptor, 0, SEEK_END);
        } catch (LastErrorException e) {
            throw failedRead(e);
        }
    }

    /** What was a regular file a moment ago is none. */
    static FileSystemException replaced(Path path) {
        return new FileSystemException(
                RawPaths.shown(path),
                null,
                "something that is no file came into its place while the tree was read; run the backup again");
    }

    private FileSystemException failedRead(LastErrorException failure) {
        // A pipe has neither size nor places.
        return failure.getErrorCode() == ESPIPE ? replaced(path) : Posix.failed(path, failure);
    }

    /**
     * Where the data of a file of this size lies; a file system that knows no holes has none. It may be gone from there by the time it
     * is read, as with every file that is written to meanwhile.
     *
     * @param mostRuns when there are more, the smallest holes between them count as data
     * @return {@code null} when all of it is data
     */
    @Nullable
    SparseMap holes(long size, int mostRuns) throws FileSystemException {
        try {
            long hole = lseek(descriptor, 0, SEEK_HOLE);
            if (hole >= size) {
                return null;
            }
            SparseMap.Builder map = new SparseMap.Builder(mostRuns);
            map.add(0, hole);
            while (hole < size) {
                long data = nextData(hole, size);
                if (data >= size) {
                    break;
                }
                hole = Math.min(lseek(descriptor, data, SEEK_HOLE), size);
                map.add(data, hole - data);
            }
            return map.build(size);
        } catch (LastErrorException e) {
            if (e.getErrorCode() == EINVAL || e.getErrorCode() == ENXIO) {
                // No such question on this file system; or cut short just now, which reading it will find.
                return null;
            }
            throw Posix.failed(path, e);
        }
    }

    private long nextData(long from, long size) {
        try {
            return lseek(descriptor, from, SEEK_DATA);
        } catch (LastErrorException e) {
            if (e.getErrorCode() == ENXIO) {
                return size;
            }
            throw e;
        }
    }

    /** What is read next. */
    void select(long offset, long length) {
        position = offset;
        end = offset + length;
    }

    /** Reads on in what is selected; -1 at its end, and at the end of the file. */
    @Override
    public int read(ByteBuffer target) throws FileSystemException {
        if (!target.isDirect()) {
            throw new IllegalArgumentException("the kernel can only write into a direct buffer");
        }
        long address = Pointer.nativeValue(Native.getDirectBufferPointer(target)) + target.position();
        int n = read(address, (int) Math.min(target.remaining(), end - position));
        if (n > 0) {
            target.position(target.position() + n);
        }
        return n;
    }

    private int read(long address, int length) throws FileSystemException {
        if (length <= 0) {
            return -1;
        }
        try {
            int n = (int) pread(descriptor, address, length, position);
            position += n;
            return n == 0 ? -1 : n;
        } catch (LastErrorException e) {
            throw failedRead(e);
        }
    }

    /** Names of this file's attributes into a buffer, each with a NUL at its end; returns how many bytes. */
    int listAttributes(NativeBuffer names) throws LastErrorException {
        return (int) flistxattr(descriptor, names.address(), names.size());
    }

    /** The value of an attribute into a buffer; returns how many bytes. */
    int attribute(byte[] name, NativeBuffer value) throws LastErrorException {
        return (int) fgetxattr(descriptor, name, value.address(), value.size());
    }

    /** As {@link #listAttributes(NativeBuffer)}, of what lies in this directory, or of a link itself; nothing is opened. */
    int listAttributes(byte[] child, NativeBuffer names) throws LastErrorException {
        return (int) llistxattr(pathOf(child), names.address(), names.size());
    }

    /** As {@link #attribute(byte[], NativeBuffer)}, of what lies in this directory, or of a link itself. */
    int attribute(byte[] child, byte[] name, NativeBuffer value) throws LastErrorException {
        return (int) lgetxattr(pathOf(child), name, value.address(), value.size());
    }

    /** A path that leads through the open directory, whatever lies now where it was; without /proc it is the plain one. */
    private byte[] pathOf(byte[] child) {
        byte[] prefix = HAS_PROC
                ? ("/proc/self/fd/" + descriptor + "/").getBytes(StandardCharsets.US_ASCII)
                : RawPaths.withSlash(path);
        byte[] joined = Arrays.copyOf(prefix, prefix.length + child.length + 1);
        System.arraycopy(child, 0, joined, prefix.length, child.length);
        return joined;
    }

    private static byte[] nulTerminated(byte[] name) {
        return Arrays.copyOf(name, name.length + 1);
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void close() throws IOException {
        if (open) {
            open = false;
            try {
                close(descriptor);
            } catch (LastErrorException e) {
                throw Posix.failed(path, e);
            }
        }
    }
}
