package io.doksnap.archive.tar;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes a directory tree into a tar archive, the root itself as {@code ./}.
 *
 * <p>The tree may change meanwhile: a file that is gone when its turn comes, or that grew, is a warning; one that shrank, or that cannot be
 * read, ends the archive with an exception, since what would be left is not what was there. Directory listings are
 * streamed, so memory grows only with the depth of the tree and the number of open hard links.
 */
public final class TreeArchiver {
    private static final Set<OpenOption> READ_NO_LINK = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);

    private final TarWriter out;
    private final Excludes excludes;
    private final TreeStats.Collector stats;
    private final HardLinks hardLinks = new HardLinks();
    private final ByteBuffer oneByte = ByteBuffer.allocateDirect(1);

    /** Creates an archiver for one tree; {@code stats} counts what goes in while it goes in. */
    public TreeArchiver(TarWriter out, Excludes excludes, TreeStats.Collector stats) {
        this.out = out;
        this.excludes = excludes;
        this.stats = stats;
    }

    /**
     * Writes the whole tree and the end of the archive.
     *
     * @param root a directory; a link to one is followed
     * @throws TreeReadException when something below it cannot be read or shrank while it was read
     */
    public void archive(Path root) throws IOException {
        Path real;
        FileStatus status;
        try {
            real = root.toRealPath();
            status = FileStatus.of(real);
        } catch (FileSystemException e) {
            throw TreeReadException.unreadable(RawPaths.shown(root), e);
        }
        if (!status.isDirectory()) {
            throw new TreeReadException(RawPaths.shown(root) + " is not a directory");
        }
        byte[] name = {'.', '/'};
        out.begin(entry(RawName.of(name), TarEntry.Type.DIRECTORY, status, 0, RawName.EMPTY));
        stats.directory();
        children(new Directory(real, real, name), null);
        requireStill(real, status);
        out.end();
    }

    /** A root that was removed meanwhile, or is another one now, was not read to its end, whatever its listing said. */
    private static void requireStill(Path root, FileStatus before) throws IOException {
        FileStatus now;
        try {
            now = FileStatus.of(root);
        } catch (FileSystemException e) {
            throw new TreeReadException(RawPaths.shown(root) + " was removed while it was read");
        }
        if (!now.isSameFileAs(before)) {
            throw new TreeReadException(RawPaths.shown(root) + " was replaced by another directory while it was read");
        }
    }

    /**
     * Adds what is in a directory. Below the root it is opened by its name in its parent and never through a link, so that nobody who
     * swaps a directory for a link meanwhile can make us read what lies outside of the tree.
     */
    private void children(Directory directory, @Nullable SecureDirectoryStream<Path> parent) throws IOException {
        try (DirectoryStream<Path> children = parent == null
                ? Files.newDirectoryStream(directory.path)
                : parent.newDirectoryStream(directory.path.getFileName(), LinkOption.NOFOLLOW_LINKS)) {
            for (Path child : children) {
                if (!excludes.matches(directory.root, child) && !isLeftover(directory, child)) {
                    add(child, directory, secure(children));
                }
            }
        } catch (NoSuchFileException e) {
            vanished(directory.path);
        } catch (FileSystemException e) {
            throw TreeReadException.unreadable(RawPaths.shown(directory.path), e);
        } catch (DirectoryIteratorException e) {
            throw TreeReadException.unreadable(RawPaths.shown(directory.path), Objects.requireNonNull(e.getCause()));
        }
    }

    /** What Linux gives for every directory; {@code null} on systems without openat(2). */
    private static @Nullable SecureDirectoryStream<Path> secure(DirectoryStream<Path> directory) {
        return directory instanceof SecureDirectoryStream<Path> secure ? secure : null;
    }

    private void add(Path path, Directory parent, @Nullable SecureDirectoryStream<Path> opened) throws IOException {
        FileStatus status;
        try {
            status = FileStatus.of(path);
        } catch (NoSuchFileException e) {
            vanished(path);
            return;
        } catch (FileSystemException e) {
            throw TreeReadException.unreadable(RawPaths.shown(path), e);
        }
        byte[] last = RawPaths.name(path).unsafeBytes();
        if (status.isDirectory()) {
            byte[] name = join(parent.name, last, true);
            out.begin(entry(RawName.of(name), TarEntry.Type.DIRECTORY, status, 0, RawName.EMPTY));
            stats.directory();
            children(new Directory(parent.root, path, name), opened);
        } else if (status.isSocket()) {
            stats.warn("a socket is left out, as no archive can hold one: " + RawPaths.shown(path));
        } else {
            addFile(path, RawName.of(join(parent.name, last, false)), status, opened);
        }
    }

    private void addFile(Path path, RawName name, FileStatus status, @Nullable SecureDirectoryStream<Path> directory)
            throws IOException {
        RawName earlier = status.links() > 1 ? hardLinks.earlierName(status) : null;
        if (earlier != null) {
            out.begin(entry(name, TarEntry.Type.HARD_LINK, status, 0, earlier));
            stats.file(0);
            return;
        }
        FileStatus added = switch (status.entryType()) {
            case FILE -> addRegularFile(path, name, status, directory);
            case SYMBOLIC_LINK -> addSymbolicLink(path, name, status);
            default -> {
                out.begin(entry(name, status.entryType(), status, 0, RawName.EMPTY));
                stats.file(0);
                yield status;
            }
        };
        if (added != null && added.links() > 1) {
            hardLinks.add(added, name);
        }
    }

    private @Nullable FileStatus addSymbolicLink(Path path, RawName name, FileStatus status) throws IOException {
        RawName target;
        try {
            target = Posix.linkTarget(path);
        } catch (NoSuchFileException e) {
            return vanished(path);
        } catch (FileSystemException e) {
            throw TreeReadException.unreadable(RawPaths.shown(path), e);
        }
        out.begin(entry(name, TarEntry.Type.SYMBOLIC_LINK, status, 0, target));
        stats.file(0);
        return status;
    }

    private @Nullable FileStatus addRegularFile(
            Path path, RawName name, FileStatus seen, @Nullable SecureDirectoryStream<Path> directory)
            throws IOException {
        if (seen.size() == 0) {
            out.begin(entry(name, TarEntry.Type.FILE, seen, 0, RawName.EMPTY));
            stats.file(0);
            return seen;
        }
        try (SeekableByteChannel channel = directory == null
                ? FileChannel.open(path, READ_NO_LINK)
                : directory.newByteChannel(path.getFileName(), READ_NO_LINK)) {
            FileStatus status = statusOf(channel, path, seen);
            out.begin(entry(name, TarEntry.Type.FILE, status, status.size(), RawName.EMPTY));
            copy(channel, path, status.size());
            stats.file(status.size());
            return status;
        } catch (NoSuchFileException e) {
            return vanished(path);
        } catch (FileSystemException e) {
            throw TreeReadException.unreadable(RawPaths.shown(path), e);
        }
    }

    /**
     * The status of what was opened. Programs replace files by renaming new ones over them: between a look at a file and its opening
     * another one may have come into its place, which is neither cut short nor a name of the old one.
     */
    private static FileStatus statusOf(SeekableByteChannel channel, Path path, FileStatus seen) throws IOException {
        long size = channel.size();
        if (size == seen.size() && seen.links() == 1) {
            return seen;
        }
        FileStatus now;
        try {
            now = FileStatus.of(path);
        } catch (NoSuchFileException e) {
            now = seen;
        }
        return (now.isRegularFile() ? now : seen).withSize(size);
    }

    private void copy(SeekableByteChannel channel, Path path, long size) throws IOException {
        ReadableByteChannel named = new NamedChannel(channel, path);
        while (out.contentLeft() > 0) {
            if (out.content(named) < 0) {
                throw new TreeReadException(
                        RawPaths.shown(path) + " shrank from " + size + " bytes while it was read; stop or pause"
                                + " what writes to it during the backup, or exclude it");
            }
        }
        if (named.read(oneByte.clear()) > 0) {
            stats.warn("grew while it was read, archived with its first " + size + " bytes: " + RawPaths.shown(path));
        }
    }

    private @Nullable FileStatus vanished(Path path) {
        stats.warn("was deleted while the tree was read: " + RawPaths.shown(path));
        return null;
    }

    /** What a killed restore left behind at the root is not the user's data. */
    private boolean isLeftover(Directory directory, Path child) {
        boolean leftover = directory.path.equals(directory.root)
                && String.valueOf(child.getFileName()).startsWith(TreeExtractor.STAGING_PREFIX);
        if (leftover) {
            stats.warn("an unfinished restore's folder is left out; delete it when it is no longer needed: "
                    + RawPaths.shown(child));
        }
        return leftover;
    }

    private static TarEntry entry(RawName name, TarEntry.Type type, FileStatus status, long size, RawName link) {
        boolean device = type == TarEntry.Type.CHARACTER_DEVICE || type == TarEntry.Type.BLOCK_DEVICE;
        return new TarEntry(
                name,
                type,
                status.mode() & 07777,
                status.uid(),
                status.gid(),
                size,
                status.modified(),
                link,
                device ? status.deviceMajor() : 0,
                device ? status.deviceMinor() : 0);
    }

    private static byte[] join(byte[] prefix, byte[] last, boolean directory) {
        byte[] name = Arrays.copyOf(prefix, prefix.length + last.length + (directory ? 1 : 0));
        System.arraycopy(last, 0, name, prefix.length, last.length);
        if (directory) {
            name[name.length - 1] = '/';
        }
        return name;
    }

    /** A directory on the way down, with its name in the archive. */
    private static final class Directory {
        private final Path root;
        private final Path path;
        private final byte[] name;

        private Directory(Path root, Path path, byte[] name) {
            this.root = root;
            this.path = path;
            this.name = name;
        }
    }

    /** Says of which file a read failed; the channel's own exception only says why. */
    private record NamedChannel(ReadableByteChannel channel, Path file) implements ReadableByteChannel {
        @Override
        public int read(ByteBuffer target) throws IOException {
            try {
                return channel.read(target);
            } catch (ClosedChannelException e) {
                throw e;
            } catch (IOException e) {
                throw TreeReadException.unreadable(RawPaths.shown(file), e);
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
}
