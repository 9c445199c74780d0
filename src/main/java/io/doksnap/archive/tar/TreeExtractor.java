package io.doksnap.archive.tar;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Takes a tree out of a tar archive into an empty directory that nobody else writes to.
 *
 * <p>No entry can land outside: absolute names, {@code ..} and names that pass through a link of the archive's own are
 * refused, as are hard links to anything but an earlier file of the archive. Owners and attributes are set where the process may do
 * so. Memory grows only with the depth of the tree.
 */
public final class TreeExtractor {
    /** How the folder is named into which a restore is staged, before its own id. */
    public static final String STAGING_PREFIX = ".doksnap-restore-";

    /** How the folder is named in which a restore keeps what it replaced until it is done, before its own id. */
    public static final String REPLACED_PREFIX = ".doksnap-replaced-";

    private static final Set<OpenOption> NEW_FILE = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    private static final FileAttribute<Set<PosixFilePermission>> ONLY_OURS =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final TarReader in;
    private final Path root;
    private final AttributeWriter attributes;
    private final TreeStats.Collector stats;
    private final OpenDirectories directories;
    private final Includes includes;
    private final WaitingDirectories waiting = new WaitingDirectories();

    /**
     * Creates an extractor.
     *
     * @param root an existing, empty directory
     * @param setOwners whether to set owners and groups, which needs privilege
     */
    public TreeExtractor(TarReader in, Path root, boolean setOwners, TreeStats.Collector stats) {
        this(in, root, Includes.ALL, setOwners, stats);
    }

    /** Creates an extractor of what is included, with the directories that lead there. */
    public TreeExtractor(TarReader in, Path root, Includes includes, boolean setOwners, TreeStats.Collector stats) {
        this.includes = includes;
        this.in = in;
        this.root = root;
        this.attributes = new AttributeWriter(root, setOwners);
        this.stats = stats;
        this.directories = new OpenDirectories(root, attributes);
    }

    /**
     * Takes everything out that is included, and reads the archive to its end.
     *
     * @throws NotIncludedException when a hard link is included, and the file whose name it is is not
     * @throws TarException when the archive is damaged, ends too early or holds an entry that would land outside
     * @throws java.nio.file.FileSystemException when something cannot be written, with the name of it
     */
    public void extract() throws IOException {
        AttributeWriter.removeAcls(root);
        for (TarEntry entry = in.next(); entry != null; entry = in.next()) {
            extract(entry);
        }
        directories.closeAll();
        attributes.warn(stats);
    }

    private void extract(TarEntry entry) throws IOException {
        EntryPath path = EntryPath.of(entry.name());
        if (!includes.take(path)) {
            if (entry.type() == TarEntry.Type.DIRECTORY) {
                waiting.add(path, entry);
            }
            return;
        }
        for (WaitingDirectories.Waiting parent : waiting.leadingTo(path)) {
            directories.enter(parent.path(), parent.entry());
            stats.directory();
        }
        if (entry.type() == TarEntry.Type.DIRECTORY) {
            directories.enter(path, entry);
            stats.directory();
            return;
        }
        if (path.isRoot()) {
            throw TarException.unsafe("the archive holds an entry without a name");
        }
        Path file = RawPaths.resolve(directories.enter(path.parent(), null), path.last());
        switch (entry.type()) {
            case FILE -> writeFile(file, entry);
            case SYMBOLIC_LINK -> {
                byte[] target = requireTarget(entry);
                makeWay(file, entry);
                Posix.makeSymbolicLink(file, target);
                Attributes.of(entry).applyToLink(file, attributes);
            }
            case HARD_LINK -> {
                Path linked = linkedFile(entry);
                if (!linked.equals(file)) {
                    makeWay(file, entry);
                    Files.createLink(file, linked);
                }
            }
            default -> {
                makeWay(file, entry);
                Posix.makeNode(file, entry);
                Attributes.of(entry).applyTo(file, attributes);
            }
        }
        stats.file(entry.dataSize());
    }

    private void writeFile(Path file, TarEntry entry) throws IOException {
        try (FileChannel channel = create(file, entry)) {
            WritableByteChannel named = new NamedChannel(channel, file);
            SparseMap sparse = entry.sparse();
            if (sparse == null) {
                in.data(named, entry.size());
            } else {
                for (int run = 0; run < sparse.runs(); run++) {
                    channel.position(sparse.offset(run));
                    in.data(named, sparse.length(run));
                }
            }
        }
        if (entry.sparse() != null && entry.sparse().endsInAHole()) {
            Posix.setSize(file, entry.size());
        }
        Attributes.of(entry).applyTo(file, attributes);
    }

    private static FileChannel create(Path file, TarEntry entry) throws IOException {
        try {
            return FileChannel.open(file, NEW_FILE, ONLY_OURS);
        } catch (FileAlreadyExistsException e) {
            makeWay(file, entry);
            return FileChannel.open(file, NEW_FILE, ONLY_OURS);
        }
    }

    /** A later entry of the same name replaces the earlier one, as tar has always had it; a directory stays. */
    private static void makeWay(Path file, TarEntry entry) throws IOException {
        if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new TarException("the archive holds both a directory and a file named " + entry.name());
        }
        Files.deleteIfExists(file);
    }

    private Path linkedFile(TarEntry entry) throws IOException {
        EntryPath target = EntryPath.of(entry.linkTarget());
        if (target.isRoot()) {
            throw noEarlierFile(entry);
        }
        if (!includes.take(target)) {
            throw new NotIncludedException(entry.name(), entry.linkTarget());
        }
        Path file = root;
        for (int i = 0; i < target.length(); i++) {
            file = RawPaths.resolve(file, target.segment(i));
            boolean last = i == target.length() - 1;
            boolean directory = Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS);
            if (last ? directory || !Files.exists(file, LinkOption.NOFOLLOW_LINKS) : !directory) {
                throw noEarlierFile(entry);
            }
        }
        return file;
    }

    private static TarException noEarlierFile(TarEntry entry) {
        return TarException.unsafe("refused the hard link " + entry.name() + ": its target " + entry.linkTarget()
                + " is no earlier file of the archive");
    }

    private static byte[] requireTarget(TarEntry entry) throws TarException {
        byte[] target = entry.linkTarget().unsafeBytes();
        for (byte b : target) {
            if (b == 0) {
                throw TarException.unsafe("the link " + entry.name() + " has a target with a NUL in it");
            }
        }
        if (target.length == 0) {
            throw new TarException("the archive is damaged: the link " + entry.name() + " has no target");
        }
        return target;
    }

    /** Says in which file a write failed; the channel's own exception only says why. */
    private record NamedChannel(FileChannel channel, Path file) implements WritableByteChannel {
        @Override
        public int write(ByteBuffer source) throws IOException {
            try {
                return channel.write(source);
            } catch (ClosedChannelException e) {
                throw e;
            } catch (IOException e) {
                FileSystemException named =
                        new FileSystemException(RawPaths.shown(file), null, "cannot write: " + e.getMessage());
                named.initCause(e);
                throw named;
            }
        }

        @Override
        public boolean isOpen() {
            return channel.isOpen();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    /** Waits until everything on the file system of a directory is on its disk (syncfs(2)). */
    public static void syncToDisk(Path directory) throws IOException {
        Posix.syncFileSystem(directory);
    }
}
