package io.doksnap.run;

import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;

/**
 * The room on disk that all spools of this process share. Each is a file that has no name any more as soon as it is open: the system takes it
 * back when it is closed, or when the process ends, however it ends.
 */
public final class SpoolSpace {
    private static final long USUAL_MOST = 10L << 30;

    /** Of what is free, where nobody has said how much: other programs need room, too. */
    private static final int USUAL_PART = 4;

    /** Of the whole disk, always left free: our own state may lie there. */
    private static final int LEFT_FREE_PART = 20;

    private static final FileAttribute<Set<PosixFilePermission>> ONLY_THIS_USERS_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final FileAttribute<Set<PosixFilePermission>> ONLY_THIS_USERS_DIRECTORY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Path directory;
    private final OptionalLong most;
    private final Disk disk;
    private long taken;

    /**
     * Nothing is created before it is needed.
     *
     * @param directory is created where it is missing
     * @param most how many bytes all spools may have together, 0 for no spool at all; empty: a quarter of what is free, at most 10 GiB
     */
    public SpoolSpace(Path directory, OptionalLong most) {
        this(directory, most, new RealDisk(directory));
    }

    SpoolSpace(Path directory, OptionalLong most, Disk disk) {
        this.directory = directory;
        this.most = most;
        this.disk = disk;
    }

    Path directory() {
        return directory;
    }

    /** Whether there is to be no spool at all. */
    boolean isOff() {
        return most.isPresent() && most.getAsLong() == 0;
    }

    /** Takes room, unless that would be more than there may be, or leave too little to others. */
    synchronized boolean take(long bytes) {
        long usable = disk.usableBytes();
        long may = most.orElse(Math.min(USUAL_MOST, (usable + taken) / USUAL_PART));
        if (taken + bytes > may || usable - bytes < disk.totalBytes() / LEFT_FREE_PART) {
            return false;
        }
        taken += bytes;
        return true;
    }

    synchronized void giveBack(long bytes) {
        taken -= bytes;
    }

    /** Begins a file; the caller closes it. */
    Medium open() throws IOException {
        return disk.open();
    }

    /** Where bytes are written and read again, at any place, by two threads at the same time. */
    interface Medium extends Closeable {
        void write(ByteBuffer bytes, long position) throws IOException;

        /** Fills the buffer. */
        void read(ByteBuffer bytes, long position) throws IOException;
    }

    /** A disk; another one in tests. */
    interface Disk {
        long usableBytes();

        long totalBytes();

        Medium open() throws IOException;
    }

    private record RealDisk(Path directory) implements Disk {
        @Override
        public long usableBytes() {
            return existing().getUsableSpace();
        }

        @Override
        public long totalBytes() {
            return existing().getTotalSpace();
        }

        private File existing() {
            Path path = directory;
            while (!Files.exists(path) && path.getParent() != null) {
                path = path.getParent();
            }
            return path.toFile();
        }

        @Override
        public Medium open() throws IOException {
            // Asked first, as the JDK's creation stumbles over a link to a directory.
            if (!Files.isDirectory(directory)) {
                Files.createDirectories(directory, ONLY_THIS_USERS_DIRECTORY);
            }
            // DELETE_ON_CLOSE removes the name right after opening, on every system that is a Unix.
            return new OpenFile(FileChannel.open(
                    directory.resolve("doksnap-" + UUID.randomUUID() + DataDirectory.SPOOL),
                    Set.of(
                            StandardOpenOption.CREATE_NEW,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE,
                            StandardOpenOption.DELETE_ON_CLOSE),
                    ONLY_THIS_USERS_FILE));
        }
    }

    private record OpenFile(FileChannel channel) implements Medium {
        @Override
        public void write(ByteBuffer bytes, long position) throws IOException {
            long at = position;
            while (bytes.hasRemaining()) {
                at += channel.write(bytes, at);
            }
        }

        @Override
        public void read(ByteBuffer bytes, long position) throws IOException {
            long at = position;
            while (bytes.hasRemaining()) {
                int n = channel.read(bytes, at);
                if (n < 0) {
                    throw new IOException("it is shorter than what was written");
                }
                at += n;
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
