package io.doksnap.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;

/** Whether a directory is of one host alone, as those of network and cluster file systems are not. */
final class LocalFiles {
    private static final Set<String> LOCAL = Set.of(
            "ext2",
            "ext3",
            "ext4",
            "xfs",
            "btrfs",
            "zfs",
            "f2fs",
            "jfs",
            "reiserfs",
            "bcachefs",
            "tmpfs",
            "overlay",
            "overlayfs");

    private LocalFiles() {}

    /** Whether its files are on a disk, or in the memory, of this host, if they are there at all. */
    static boolean wouldBeIn(Path directory) {
        try {
            return LOCAL.contains(Files.getFileStore(directory).type().toLowerCase(Locale.ROOT));
        } catch (IOException e) {
            return true;
        }
    }
}
