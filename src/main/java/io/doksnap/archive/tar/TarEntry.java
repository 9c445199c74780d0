package io.doksnap.archive.tar;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The header of one file in a tar archive.
 *
 * @param name relative to the tree's root, with {@code /} between segments
 * @param mode permission bits including set-user-id, set-group-id and sticky (07777)
 * @param uid numeric owner
 * @param gid numeric group
 * @param size how long the file is, the holes of a sparse one included; 0 for everything but {@link Type#FILE}
 * @param modified to the nanosecond
 * @param linkTarget where a symbolic link points, or the name of the earlier entry that a hard link shares; else empty
 * @param deviceMajor for devices, else 0
 * @param deviceMinor for devices, else 0
 * @param attributes extended attributes and ACLs
 * @param sparse where the data lies in a file with holes; {@code null} where all of it is data
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
        int deviceMinor,
        List<ExtendedAttribute> attributes,
        @Nullable SparseMap sparse) {

    public TarEntry {
        attributes = List.copyOf(attributes);
        if (sparse != null && (type != Type.FILE || sparse.size() != size)) {
            throw new IllegalArgumentException("holes of another file than this one");
        }
    }

    /** An entry without attributes and holes. */
    public TarEntry(
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
        this(name, type, mode, uid, gid, size, modified, linkTarget, deviceMajor, deviceMinor, List.of(), null);
    }

    /** What a file's status says, under a name; of the size only where it is a regular file. */
    static TarEntry of(RawName name, Type type, FileStatus status, RawName linkTarget) {
        boolean device = type == Type.CHARACTER_DEVICE || type == Type.BLOCK_DEVICE;
        return new TarEntry(
                name,
                type,
                status.mode() & 07777,
                status.uid(),
                status.gid(),
                type == Type.FILE ? status.size() : 0,
                status.modified(),
                linkTarget,
                device ? status.deviceMajor() : 0,
                device ? status.deviceMinor() : 0);
    }

    /** How many bytes of content are in the archive: the size without the holes. */
    public long dataSize() {
        return sparse == null ? size : sparse.dataSize();
    }

    /** The same file under another name, with all its content: without holes. */
    TarEntry named(RawName other, RawName otherTarget) {
        return new TarEntry(
                other, type, mode, uid, gid, size, modified, otherTarget, deviceMajor, deviceMinor, attributes, null);
    }

    TarEntry with(List<ExtendedAttribute> others) {
        return others.isEmpty() && attributes.isEmpty()
                ? this
                : new TarEntry(
                        name,
                        type,
                        mode,
                        uid,
                        gid,
                        size,
                        modified,
                        linkTarget,
                        deviceMajor,
                        deviceMinor,
                        others,
                        sparse);
    }

    TarEntry with(@Nullable SparseMap map) {
        return map == null
                ? this
                : new TarEntry(
                        name,
                        type,
                        mode,
                        uid,
                        gid,
                        size,
                        modified,
                        linkTarget,
                        deviceMajor,
                        deviceMinor,
                        attributes,
                        map);
    }

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
