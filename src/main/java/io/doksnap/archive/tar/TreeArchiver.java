package io.doksnap.archive.tar;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

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
        walk(real, status);
        requireStill(real, status);
        attributes.warn(stats);
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

    /** In the order of the listings, each directory with all below it; not by calls within calls, as trees may be deeper than a stack. */
    private void walk(Path root, FileStatus status) throws IOException {
        Deque<TreeLevel> levels = new ArrayDeque<>();
        try {
            levels.push(openRoot(root));
            begin(levels.element(), status);
            while (!levels.isEmpty()) {
                TreeLevel level = levels.element();
                Path child = level.next();
                if (child == null) {
                    levels.pop().close();
                } else if (!excludes.matches(root, child) && !isLeftover(level, child)) {
                    add(child, levels);
                }
            }
        } finally {
            for (TreeLevel level : levels) {
                level.close();
            }
        }
    }

    private static TreeLevel openRoot(Path root) throws IOException {
        try {
            return TreeLevel.root(root);
        } catch (FileSystemException e) {
            throw TreeReadException.unreadable(RawPaths.shown(root), e);
        }
    }

    /** Adds the directory itself. */
    private void begin(TreeLevel directory, FileStatus status) throws IOException {
        out.begin(TarEntry.of(directory.name(), TarEntry.Type.DIRECTORY, status, RawName.EMPTY)
                .with(attributes.of(directory.open(), status.device())));
        stats.directory();
    }

    /** Adds what lies in the directory on top; another directory comes on top of it, to be read next. */
    private void add(Path path, Deque<TreeLevel> levels) throws IOException {
        TreeLevel parent = levels.element();
        byte[] last = RawPaths.name(path).unsafeBytes();
        FileStatus status;
        try {
            status = FileStatus.of(path);
            if (status.isDirectory()) {
                levels.push(parent.enter(last, path));
            }
        } catch (NoSuchFileException e) {
            vanished(path);
            return;
        } catch (FileSystemException e) {
            throw TreeReadException.unreadable(RawPaths.shown(path), e);
        }
        if (status.isDirectory()) {
            begin(levels.element(), status);
        } else if (status.isSocket()) {
            stats.warn("a socket is left out, as no archive can hold one: " + RawPaths.shown(path));
        } else {
            addFile(new Child(path, last, parent), status);
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
        try (OpenFile file = child.directory.open().file(child.last, child.path)) {
            return files.add(file, child.name, status);
        }
    }

    private FileStatus addWithoutContent(Child child, FileStatus status) throws IOException {
        RawName target = status.isSymbolicLink() ? Posix.linkTarget(child.path) : RawName.EMPTY;
        out.begin(TarEntry.of(child.name, status.entryType(), status, target)
                .with(attributes.of(child.directory.open(), child.last, status.device())));
        stats.file(0);
        return status;
    }

    private void vanished(Path path) {
        stats.warn("was deleted while the tree was read: " + RawPaths.shown(path));
    }

    /** What a killed restore left behind at the root is not the user's data. */
    private boolean isLeftover(TreeLevel directory, Path child) {
        String name = String.valueOf(child.getFileName());
        boolean leftover = directory.isRoot()
                && (name.startsWith(TreeExtractor.STAGING_PREFIX) || name.startsWith(TreeExtractor.REPLACED_PREFIX));
        if (leftover) {
            stats.warn("an unfinished restore's folder is left out; delete it when it is no longer needed: "
                    + RawPaths.shown(child));
        }
        return leftover;
    }

    /** What lies in a directory, with its own name in it. */
    private static final class Child {
        private final Path path;
        private final byte[] last;
        private final TreeLevel directory;
        private final RawName name;

        private Child(Path path, byte[] last, TreeLevel directory) {
            this.path = path;
            this.last = last;
            this.directory = directory;
            this.name = RawName.of(directory.nameOf(last));
        }
    }
}
