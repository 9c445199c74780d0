package io.doksnap.run;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The directory in which this host's state is kept, held by one process at a time.
 *
 * <p>The lock is the operating system's and goes with the process, however that ends. Losing the directory loses history, never
 * snapshots.
 */
public final class DataDirectory implements AutoCloseable {
    private static final String LOCK = "lock";
    private static final String HOST = "host";

    private final Path directory;
    private final FileChannel channel;

    private DataDirectory(Path directory, FileChannel channel) {
        this.directory = directory;
        this.channel = channel;
    }

    /**
     * Creates the directory where it is missing, for this user only, and takes its lock.
     *
     * @throws DataDirectoryException when another process holds it, or it cannot be used
     */
    public static DataDirectory open(Path directory) throws DataDirectoryException {
        try {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            FileChannel channel = FileChannel.open(
                    directory.resolve(LOCK),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.READ);
            try {
                FileLock lock = tryLock(channel);
                if (lock == null) {
                    channel.close();
                    throw new DataDirectoryException("another doksnap is at work with the data directory " + directory
                            + "; wait until it is done, or set another data_dir");
                }
            } catch (IOException e) {
                channel.close();
                throw e;
            }
            return new DataDirectory(directory, channel);
        } catch (FileSystemException e) {
            throw new DataDirectoryException(
                    "cannot use the data directory " + directory + " (" + describe(e)
                            + "); set data_dir or DOKSNAP_DATA_DIR to one that this user may write to",
                    e);
        } catch (DataDirectoryException e) {
            throw e;
        } catch (IOException e) {
            throw new DataDirectoryException("cannot lock the data directory " + directory + ": " + e.getMessage(), e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private static String describe(FileSystemException e) {
        return e.getReason() != null
                ? e.getReason()
                : e.getClass().getSimpleName().replace("Exception", "");
    }

    /** Where it lies. */
    public Path path() {
        return directory;
    }

    /** The name that this host was pinned to when it made its first backup. */
    public Optional<String> pinnedHost() throws DataDirectoryException {
        return read(HOST).map(String::strip).filter(name -> !name.isEmpty());
    }

    /** The same for whoever does not hold the directory; empty also where it cannot be read. */
    public static Optional<String> pinnedHost(Path directory) {
        try {
            return Optional.of(Files.readString(directory.resolve(HOST)).strip())
                    .filter(name -> !name.isEmpty());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Keeps the host's name, so that the keys in a bucket stay the same when the machine is renamed. */
    public void pinHost(String name) throws DataDirectoryException {
        write(HOST, name + "\n");
    }

    /** Reads a small file below the directory; empty when there is none. */
    Optional<String> read(String name) throws DataDirectoryException {
        try {
            return Optional.of(Files.readString(directory.resolve(name)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new DataDirectoryException("cannot read " + directory.resolve(name) + ": " + e.getMessage(), e);
        }
    }

    /** Writes a small file durably: whole or not at all, whatever happens. */
    void write(String name, String content) throws DataDirectoryException {
        Path file = directory.resolve(name);
        Path fresh = directory.resolve(name + ".new");
        try {
            Files.deleteIfExists(fresh);
            try (FileChannel out = FileChannel.open(
                    fresh,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
                out.write(StandardCharsets.UTF_8.encode(content));
                out.force(true);
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
            syncDirectory();
        } catch (AtomicMoveNotSupportedException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new DataDirectoryException("cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    /** Removes a small file; succeeds when there is none. */
    void delete(String name) throws DataDirectoryException {
        try {
            Files.deleteIfExists(directory.resolve(name));
            syncDirectory();
        } catch (IOException e) {
            throw new DataDirectoryException("cannot delete " + directory.resolve(name) + ": " + e.getMessage(), e);
        }
    }

    private void syncDirectory() throws IOException {
        try (FileChannel self = FileChannel.open(directory, StandardOpenOption.READ)) {
            self.force(true);
        }
    }

    /** Gives the lock back. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException ignored) {
            // The lock goes with the process at the latest.
        }
    }

    /** The data directory is held by another process, or cannot be used. */
    public static final class DataDirectoryException extends IOException {
        private static final long serialVersionUID = 1L;

        DataDirectoryException(String message) {
            this(message, null);
        }

        DataDirectoryException(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }
}
