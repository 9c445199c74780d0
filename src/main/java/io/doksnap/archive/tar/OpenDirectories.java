package io.doksnap.archive.tar;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The chain of directories, from the target's root down, in which the archive is being unpacked.
 *
 * <p>Owner, mode, time and attributes of a directory are set when it is left, since writing into it needs permission and moves its
 * time, and what is made in it would inherit its default ACL. An archive that comes back to a directory later finds it as it was, and leaves it as it was. A directory that the archive only
 * passes through, without an entry of its own, becomes one that everybody may enter, as tar has it.
 */
final class OpenDirectories {
    private static final int OWNER_ALL = 0700;
    private static final int WITHOUT_ENTRY = 0755;
    private static final FileAttribute<Set<PosixFilePermission>> ONLY_OURS =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final List<Open> chain = new ArrayList<>();
    private final AttributeWriter writer;
    private boolean anyDefaultAcl;

    OpenDirectories(Path root, AttributeWriter writer) {
        this.writer = writer;
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
            current.attributes = Attributes.of(entry);
            anyDefaultAcl |= current.attributes.extended().stream()
                    .anyMatch(attribute -> attribute.name().equals(ExtendedAttribute.DEFAULT_ACL));
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
            open.attributes = comingBack(directory, status);
            if ((status.mode() & OWNER_ALL) != OWNER_ALL) {
                Files.setAttribute(directory, "unix:mode", (status.mode() & 07777) | OWNER_ALL);
            }
        } catch (NoSuchFileException e) {
            Files.createDirectory(directory, ONLY_OURS);
            open.isNew = true;
        }
        chain.add(open);
    }

    /** What a directory that is there already is to be again; while it is open, nothing made in it may inherit an ACL. */
    private Attributes comingBack(Path directory, FileStatus status) throws IOException {
        Attributes attributes = Attributes.of(status);
        ExtendedAttribute acl = anyDefaultAcl ? Posix.attribute(directory, ExtendedAttribute.DEFAULT_ACL) : null;
        if (acl == null) {
            return attributes;
        }
        Posix.removeAttribute(directory, ExtendedAttribute.DEFAULT_ACL);
        return attributes.with(acl);
    }

    private void leaveDownTo(int size) throws IOException {
        while (chain.size() > size) {
            Open left = chain.remove(chain.size() - 1);
            if (left.attributes != null) {
                left.attributes.applyTo(left.path, writer);
            } else if (left.isNew) {
                Files.setAttribute(left.path, "unix:mode", WITHOUT_ENTRY);
            }
        }
    }

    private static final class Open {
        private final Path path;
        private final byte[] segment;
        private @Nullable Attributes attributes;
        private boolean isNew;

        private Open(Path path, byte[] segment) {
            this.path = path;
            this.segment = segment;
        }
    }
}
