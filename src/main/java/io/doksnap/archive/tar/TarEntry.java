package io.doksnap.archive.tar;

import java.time.Instant;

/**
 * The header of one file in a tar archive.
 *
 * @param name relative to the tree's root, with {@code /} between segments
 * @param mode permission bits including set-user-id, set-group-id and sticky (07777)
 * @param uid numeric owner
 * @param gid numeric group
 * @param size bytes of content that follow; 0 for everything but {@link Type#FILE}
 * @param modified to the nanosecond
 * @param linkTarget where a symbolic link points, or the name of the earlier entry that a hard link shares; else empty
 * @param deviceMajor for devices, else 0
 * @param deviceMinor for devices, else 0
 */
public record TarEntry(
        RawName name,
        Type type,
        int mode,
        long uid,
        long gid,
        long size,
        Instant modified,
        RawName linkTarget,
        int deviceMajor,
        int deviceMinor) {

    /** The kinds of files that an archive holds. */
    public enum Type {
        /** A regular file with its content. */
        FILE('0'),
        /** Another name of an earlier file. */
        HARD_LINK('1'),
        /** A symbolic link. */
        SYMBOLIC_LINK('2'),
        /** A character device. */
        CHARACTER_DEVICE('3'),
        /** A block device. */
        BLOCK_DEVICE('4'),
        /** A directory. */
        DIRECTORY('5'),
        /** A named pipe. */
        FIFO('6');

        private final char flag;

        Type(char flag) {
            this.flag = flag;
        }

        char flag() {
            return flag;
        }
    }
}
