package io.doksnap.run;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The directory in which this host's state is kept, held by one process at a time.
 *
 * <p>The lock is the operating system's and goes with the process, however that ends. Losing the directory loses history, never
 * snapshots.
 */
public final class DataDirectory implements AutoCloseable {
    /** What a file is called at its end while it is written. */
    static final String UNFINISHED = ".new";

    /** What a file is called at its end that is of no use to anybody but the run that made it. */
    static final String SPOOL = ".spool";

    private static final String LOCK = "lock";
    private static final String HOST = "host";
    private static final String ID = "id";
    private static final int LONGEST_OWNER = 100;
    private static final FileAttribute<Set<PosixFilePermission>> ONLY_THIS_USERS_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final FileAttribute<Set<PosixFilePermission>> ONLY_THIS_USERS_DIRECTORY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Path directory;
    private final @Nullable FileChannel channel;
    private final Set<String> running = ConcurrentHashMap.newKeySet();

    private DataDirectory(Path directory, @Nullable FileChannel channel) {
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
            // Asked first, as the JDK's creation stumbles over a link to a directory.
            if (!Files.isDirectory(directory)) {
                Files.createDirectories(directory, ONLY_THIS_USERS_DIRECTORY);
            }
            DataDirectory data = new DataDirectory(directory, lock(directory));
            data.removeUnfinished();
            return data;
        } catch (DataDirectoryException e) {
            throw e;
        } catch (IOException e) {
            throw new DataDirectoryException(
                    false,
                    "cannot use the data directory " + directory + " (" + Failures.describe(e)
                            + "); free some space there, or set data_dir or DOKSNAP_DATA_DIR to one that this user may write to",
                    e);
        }
    }

    /** The directory of an operator that holds it: to leave it a note, and for nothing that has to be alone with it. */
    public static DataDirectory heldByAnother(Path directory) {
        return new DataDirectory(directory, null);
    }

    /** Whether another process holds a directory at this moment. */
    public static boolean isHeld(Path directory) {
        try (FileChannel channel = FileChannel.open(directory.resolve(LOCK), StandardOpenOption.WRITE)) {
            return !tryLock(channel);
        } catch (IOException e) {
            return false;
        }
    }

    private static FileChannel lock(Path directory) throws IOException {
        FileChannel channel = FileChannel.open(
                directory.resolve(LOCK),
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.READ),
                ONLY_THIS_USERS_FILE);
        try {
            if (!tryLock(channel)) {
                throw new DataDirectoryException(
                        true,
                        "another doksnap is at work with the data directory " + directory + owner(channel)
                                + "; wait until it is done, or set another data_dir",
                        null);
            }
            channel.truncate(0);
            channel.write(
                    StandardCharsets.US_ASCII.encode(ProcessHandle.current().pid() + "\n"));
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** A process that was killed leaves what it had begun to write, and its spools. */
    private void removeUnfinished() throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*{" + UNFINISHED + "," + SPOOL + "}")) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        } catch (DirectoryIteratorException e) {
            close();
            throw new IOException(e.getCause());
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            @Nullable FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    /** The process that holds the lock, as it noted itself; empty where it cannot be told. */
    private static String owner(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(LONGEST_OWNER);
        channel.read(bytes, 0);
        String pid = StandardCharsets.US_ASCII.decode(bytes.flip()).toString().strip();
        return pid.isEmpty() ? "" : " (process " + pid + ")";
    }

    /** The ids of runs that this process carries out at this moment, so that one does not take another for what a crash has left. */
    Set<String> running() {
        return running;
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

    /** What tells this directory from every other, also from that of another installation on the same host; made when first asked for. */
    public synchronized String id() throws DataDirectoryException {
        Optional<String> known = read(ID).map(String::strip).filter(text -> !text.isEmpty());
        if (known.isPresent()) {
            return known.get();
        }
        String made = UUID.randomUUID().toString();
        write(ID, made + "\n");
        return made;
    }

    /** Reads a small file below the directory; empty when there is none. */
    Optional<String> read(String name) throws DataDirectoryException {
        try {
            return Optional.of(Files.readString(directory.resolve(name)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw DataDirectoryException.of("cannot read " + directory.resolve(name), e);
        }
    }

    /** Writes a small file durably: whole or not at all, whatever happens. An interrupt is kept for later. */
    void write(String name, String content) throws DataDirectoryException {
        Path file = directory.resolve(name);
        Path fresh = directory.resolve(name + UNFINISHED);
        try {
            uninterrupted(() -> replace(file, fresh, content));
        } catch (IOException e) {
            discard(fresh, e);
            throw DataDirectoryException.of("cannot write " + file, e);
        }
    }

    private void replace(Path file, Path fresh, String content) throws IOException {
        Files.deleteIfExists(fresh);
        try (FileChannel out = FileChannel.open(
                fresh, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ONLY_THIS_USERS_FILE)) {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(content);
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        syncDirectory();
    }

    /** Removes a small file; succeeds when there is none. An interrupt is kept for later. */
    void delete(String name) throws DataDirectoryException {
        try {
            uninterrupted(() -> {
                Files.deleteIfExists(directory.resolve(name));
                syncDirectory();
            });
        } catch (IOException e) {
            throw DataDirectoryException.of("cannot delete " + directory.resolve(name), e);
        }
    }

    /** A change of the state on disk. */
    @FunctionalInterface
    private interface Change {
        /** Makes it; may be repeated. */
        void make() throws IOException;
    }

    /**
     * An interrupt closes a channel in the middle of whatever it does: the file would be there, and its writer would believe that it is
     * not. A journal that says so of a container starts it at some later time, when somebody has stopped it on purpose.
     */
    private static void uninterrupted(Change change) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    change.make();
                    return;
                } catch (ClosedByInterruptException e) {
                    interrupted |= Thread.interrupted();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void discard(Path fresh, IOException cause) {
        try {
            Files.deleteIfExists(fresh);
        } catch (IOException e) {
            cause.addSuppressed(e);
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
            if (channel != null) {
                channel.close();
            }
        } catch (IOException ignored) {
            // The lock goes with the process at the latest.
        }
    }

    /** The data directory is held by another process, or cannot be used; the message says which and what to do. */
    public static final class DataDirectoryException extends IOException {
        private static final long serialVersionUID = 1L;

        private final boolean busy;

        private DataDirectoryException(boolean busy, String message, @Nullable Throwable cause) {
            super(message, cause);
            this.busy = busy;
        }

        static DataDirectoryException of(String what, IOException cause) {
            return new DataDirectoryException(
                    false, what + " (" + Failures.describe(cause) + "); free some space or correct its owner", cause);
        }

        /** Whether another process holds the directory. */
        public boolean isBusy() {
            return busy;
        }
    }
}
