package io.doksnap.archive.tar;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

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
    private final Map<FileId, SharedFile> hardLinks = new HashMap<>();
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
            throw TreeReadException.unreadable(root.toString(), e);
        }
        if (!status.isDirectory()) {
            throw new TreeReadException(root + " is not a directory");
        }
        byte[] name = {'.', '/'};
        out.begin(entry(RawName.of(name), TarEntry.Type.DIRECTORY, status, 0, RawName.EMPTY));
        stats.directory();
        children(real, real, name);
        if (!Files.isDirectory(real)) {
            throw new TreeReadException(root + " was removed while it was read");
        }
        out.end();
    }

    private void children(Path root, Path directory, byte[] prefix) throws IOException {
        try (DirectoryStream<Path> children = Files.newDirectoryStream(directory)) {
            for (Path child : children) {
                if (!excludes.matches(root, child) && !isLeftover(root, directory, child)) {
                    add(root, child, prefix);
                }
            }
        } catch (NoSuchFileException e) {
            vanished(directory);
        } catch (FileSystemException e) {
            throw TreeReadException.unreadable(directory.toString(), e);
        } catch (DirectoryIteratorException e) {
            throw TreeReadException.unreadable(directory.toString(), new IOException(e.getCause()));
        }
    }

    private void add(Path root, Path path, byte[] prefix) throws IOException {
        FileStatus status;
        try {
            status = FileStatus.of(path);
        } catch (NoSuchFileException e) {
            vanished(path);
            return;
        } catch (FileSystemException e) {
            throw TreeReadException.unreadable(path.toString(), e);
        }
        byte[] last = RawPaths.name(path).unsafeBytes();
        if (status.isDirectory()) {
            byte[] name = join(prefix, last, true);
            out.begin(entry(RawName.of(name), TarEntry.Type.DIRECTORY, status, 0, RawName.EMPTY));
            stats.directory();
            children(root, path, name);
        } else if (status.isSocket()) {
            stats.warn("a socket is left out, as no archive can hold one: " + path);
        } else {
            addFile(path, RawName.of(join(prefix, last, false)), status);
        }
    }

    private void addFile(Path path, RawName name, FileStatus status) throws IOException {
        FileId id = status.links() > 1 ? new FileId(status.device(), status.inode()) : null;
        SharedFile earlier = id == null ? null : hardLinks.get(id);
        if (id != null && earlier != null) {
            out.begin(entry(name, TarEntry.Type.HARD_LINK, status, 0, earlier.name));
            stats.file(0);
            earlier.linksLeft--;
            if (earlier.linksLeft == 0) {
                hardLinks.remove(id);
            }
            return;
        }
        boolean added = switch (status.entryType()) {
            case FILE -> addRegularFile(path, name, status);
            case SYMBOLIC_LINK -> addSymbolicLink(path, name, status);
            default -> {
                out.begin(entry(name, status.entryType(), status, 0, RawName.EMPTY));
                stats.file(0);
                yield true;
            }
        };
        if (added && id != null) {
            hardLinks.put(id, new SharedFile(name, status.links() - 1));
        }
    }

    private boolean addSymbolicLink(Path path, RawName name, FileStatus status) throws IOException {
        Path target;
        try {
            target = Files.readSymbolicLink(path);
        } catch (NoSuchFileException e) {
            return vanished(path);
        } catch (FileSystemException e) {
            throw TreeReadException.unreadable(path.toString(), e);
        }
        out.begin(entry(name, TarEntry.Type.SYMBOLIC_LINK, status, 0, RawPaths.linkTarget(target)));
        stats.file(0);
        return true;
    }

    private boolean addRegularFile(Path path, RawName name, FileStatus status) throws IOException {
        if (status.size() == 0) {
            out.begin(entry(name, TarEntry.Type.FILE, status, 0, RawName.EMPTY));
            stats.file(0);
            return true;
        }
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            out.begin(entry(name, TarEntry.Type.FILE, status, status.size(), RawName.EMPTY));
            while (out.contentLeft() > 0) {
                if (out.content(channel) < 0) {
                    throw new TreeReadException(
                            path + " shrank from " + status.size() + " bytes while it was read; stop or pause"
                                    + " what writes to it during the backup, or exclude it");
                }
            }
            if (channel.read(oneByte.clear()) > 0) {
                stats.warn("grew while it was read, archived with its first " + status.size() + " bytes: " + path);
            }
        } catch (NoSuchFileException e) {
            return vanished(path);
        } catch (FileSystemException e) {
            throw TreeReadException.unreadable(path.toString(), e);
        }
        stats.file(status.size());
        return true;
    }

    private boolean vanished(Path path) {
        stats.warn("was deleted while the tree was read: " + path);
        return false;
    }

    /** What a killed restore left behind at the root is not the user's data. */
    private boolean isLeftover(Path root, Path directory, Path child) {
        boolean leftover =
                directory.equals(root) && String.valueOf(child.getFileName()).startsWith(TreeExtractor.STAGING_PREFIX);
        if (leftover) {
            stats.warn("an unfinished restore's folder is left out; delete it when it is no longer needed: " + child);
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

    private record FileId(long device, long inode) {}

    private static final class SharedFile {
        private final RawName name;
        private int linksLeft;

        private SharedFile(RawName name, int linksLeft) {
            this.name = name;
            this.linksLeft = linksLeft;
        }
    }
}
