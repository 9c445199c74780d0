package io.doksnap.archive.tar;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes a directory tree into a tar archive, the root itself as {@code ./}.
 *
 * <p>The tree may change meanwhile: a file that is gone when its turn comes, or that grew, is a warning; one that shrank, or that cannot be
 * read, ends the archive with an exception, since what would be left is not what was there. Directory listings are
 * streamed, so memory grows only with the depth of the tree and the number of open hard links.
 */
public final class TreeArchiver {
    private final TarWriter out;
    private final Excludes excludes;
    private final TreeStats.Collector stats;
    private final HardLinks hardLinks = new HardLinks();
    private final AttributeReader attributes;
    private final FileArchiver files;

    /** Creates an archiver for one tree; {@code stats} counts what goes in while it goes in. */
    public TreeArchiver(TarWriter out, Excludes excludes, TreeStats.Collector stats) {
        this.out = out;
        this.excludes = excludes;
        this.stats = stats;
        NativeBuffer buffer = new NativeBuffer(Posix.LARGEST_ATTRIBUTE);
        attributes = new AttributeReader(buffer);
        files = new FileArchiver(out, stats, attributes, buffer);
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
        try (OpenFile opened = openRoot(real)) {
            directory(new Directory(real, real, name, opened), status, null);
        }
        requireStill(real, status);
        attributes.warn(stats);
        out.end();
    }

    private static OpenFile openRoot(Path root) throws IOException {
        try {
            return OpenFile.directory(root);
        } catch (FileSystemException e) {
            throw TreeReadException.unreadable(RawPaths.shown(root), e);
        }
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

    private void directory(Directory directory, FileStatus status, @Nullable SecureDirectoryStream<Path> parent)
            throws IOException {
        out.begin(TarEntry.of(RawName.of(directory.name), TarEntry.Type.DIRECTORY, status, RawName.EMPTY)
                .with(attributes.of(directory.open, status.device())));
        stats.directory();
        children(directory, parent);
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
            addDirectory(path, last, status, parent, opened);
        } else if (status.isSocket()) {
            stats.warn("a socket is left out, as no archive can hold one: " + RawPaths.shown(path));
        } else {
            addFile(new Child(path, last, parent), status);
        }
    }

    private void addDirectory(
            Path path, byte[] last, FileStatus status, Directory parent, @Nullable SecureDirectoryStream<Path> opened)
            throws IOException {
        OpenFile open;
        try {
            open = parent.open.directory(last, path);
        } catch (NoSuchFileException e) {
            vanished(path);
            return;
        } catch (FileSystemException e) {
            throw TreeReadException.unreadable(RawPaths.shown(path), e);
        }
        try (open) {
            directory(new Directory(parent.root, path, join(parent.name, last, true), open), status, opened);
        }
    }

    private void addFile(Child child, FileStatus status) throws IOException {
        RawName earlier = status.links() > 1 ? hardLinks.earlierName(status) : null;
        if (earlier != null) {
            out.begin(TarEntry.of(child.name, TarEntry.Type.HARD_LINK, status, earlier));
            stats.file(0);
            return;
        }
        FileStatus added;
        try {
            added = status.isRegularFile() && status.size() > 0
                    ? addContent(child, status)
                    : addWithoutContent(child, status);
        } catch (NoSuchFileException e) {
            vanished(child.path);
            return;
        } catch (FileSystemException e) {
            throw TreeReadException.unreadable(RawPaths.shown(child.path), e);
        }
        if (added.links() > 1) {
            hardLinks.add(added, child.name);
        }
    }

    private FileStatus addContent(Child child, FileStatus status) throws IOException {
        try (OpenFile file = child.directory.open.file(child.last, child.path)) {
            return files.add(file, child.name, status);
        }
    }

    private FileStatus addWithoutContent(Child child, FileStatus status) throws IOException {
        RawName target = status.isSymbolicLink() ? Posix.linkTarget(child.path) : RawName.EMPTY;
        out.begin(TarEntry.of(child.name, status.entryType(), status, target)
                .with(attributes.of(child.directory.open, child.last, status.device())));
        stats.file(0);
        return status;
    }

    private void vanished(Path path) {
        stats.warn("was deleted while the tree was read: " + RawPaths.shown(path));
    }

    /** What a killed restore left behind at the root is not the user's data. */
    private boolean isLeftover(Directory directory, Path child) {
        String name = String.valueOf(child.getFileName());
        boolean leftover = directory.path.equals(directory.root)
                && (name.startsWith(TreeExtractor.STAGING_PREFIX) || name.startsWith(TreeExtractor.REPLACED_PREFIX));
        if (leftover) {
            stats.warn("an unfinished restore's folder is left out; delete it when it is no longer needed: "
                    + RawPaths.shown(child));
        }
        return leftover;
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
        private final OpenFile open;

        private Directory(Path root, Path path, byte[] name, OpenFile open) {
            this.root = root;
            this.path = path;
            this.name = name;
            this.open = open;
        }
    }

    /** What lies in a directory, with its own name in it. */
    private static final class Child {
        private final Path path;
        private final byte[] last;
        private final Directory directory;
        private final RawName name;

        private Child(Path path, byte[] last, Directory directory) {
            this.path = path;
            this.last = last;
            this.directory = directory;
            this.name = RawName.of(join(directory.name, last, false));
        }
    }
}
