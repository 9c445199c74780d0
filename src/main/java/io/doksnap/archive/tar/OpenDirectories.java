package io.doksnap.archive.tar;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The chain of directories, from the target's root down, in which the archive is being unpacked.
 *
 * <p>Owner, mode and time of a directory are set when it is left, since writing into it needs permission and moves its
 * time. An archive that comes back to a directory later finds it as it was, and leaves it as it was.
 */
final class OpenDirectories {
    private static final int OWNER_ALL = 0700;

    private final List<Open> chain = new ArrayList<>();
    private final boolean setOwners;

    OpenDirectories(Path root, boolean setOwners) {
        this.setOwners = setOwners;
        chain.add(new Open(root, new byte[0]));
    }

    /**
     * Makes the directory current, creating what is missing of it.
     *
     * @param entry the directory's own entry, or {@code null} where it is only the way to a file
     */
    Path enter(EntryPath path, @Nullable TarEntry entry) throws IOException {
        int common = 0;
        while (common < path.length()
                && common + 1 < chain.size()
                && Arrays.equals(chain.get(common + 1).segment, path.segment(common))) {
            common++;
        }
        leaveDownTo(common + 1);
        for (int i = common; i < path.length(); i++) {
            push(path.segment(i), path, i);
        }
        Open current = chain.get(chain.size() - 1);
        if (entry != null) {
            current.attributes = new Attributes(entry.mode(), entry.uid(), entry.gid(), entry.modified());
        }
        return current.path;
    }

    void closeAll() throws IOException {
        leaveDownTo(0);
    }

    private void push(byte[] segment, EntryPath path, int depth) throws IOException {
        Path directory = RawPaths.resolve(chain.get(chain.size() - 1).path, segment);
        Open open = new Open(directory, segment);
        try {
            FileStatus status = FileStatus.of(directory);
            if (!status.isDirectory()) {
                String passes = status.isSymbolicLink() ? "a link" : "a file";
                throw TarException.unsafe("refused a name that passes through " + passes + " of the archive: "
                        + RawName.of(path.segment(depth)));
            }
            open.attributes = new Attributes(status.mode() & 07777, status.uid(), status.gid(), status.modified());
            if ((status.mode() & OWNER_ALL) != OWNER_ALL) {
                Files.setAttribute(directory, "unix:mode", (status.mode() & 07777) | OWNER_ALL);
            }
        } catch (NoSuchFileException e) {
            Files.createDirectory(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        chain.add(open);
    }

    private void leaveDownTo(int size) throws IOException {
        while (chain.size() > size) {
            Open left = chain.remove(chain.size() - 1);
            if (left.attributes != null) {
                apply(left.path, left.attributes);
            }
        }
    }

    private void apply(Path directory, Attributes attributes) throws IOException {
        if (setOwners) {
            Files.setAttribute(directory, "unix:uid", (int) attributes.uid, LinkOption.NOFOLLOW_LINKS);
            Files.setAttribute(directory, "unix:gid", (int) attributes.gid, LinkOption.NOFOLLOW_LINKS);
        }
        Files.setAttribute(directory, "unix:mode", attributes.mode, LinkOption.NOFOLLOW_LINKS);
        Files.getFileAttributeView(directory, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .setTimes(FileTime.from(attributes.modified), null, null);
    }

    private static final class Open {
        private final Path path;
        private final byte[] segment;
        private @Nullable Attributes attributes;

        private Open(Path path, byte[] segment) {
            this.path = path;
            this.segment = segment;
        }
    }

    private record Attributes(int mode, long uid, long gid, Instant modified) {}
}
