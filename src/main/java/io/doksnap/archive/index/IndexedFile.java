package io.doksnap.archive.index;

import io.doksnap.archive.tar.RawName;
import io.doksnap.archive.tar.TarEntry;
import java.time.Instant;
import java.util.Arrays;

/**
 * One line of a file list.
 *
 * @param path relative to the source's root, without {@code ./} before it or a slash behind it; the root itself is {@code .}
 * @param size bytes of content; 0 for all but regular files
 * @param mode permission bits including set-user-id, set-group-id and sticky (07777)
 * @param uid numeric owner
 * @param gid numeric group
 * @param modified to the nanosecond
 * @param link where a symbolic link points, or the path of the earlier file that a hard link shares; else empty
 */
public record IndexedFile(
        RawName path, TarEntry.Type type, long size, int mode, long uid, long gid, Instant modified, RawName link) {

    /** As an entry of the archive says. */
    public static IndexedFile of(TarEntry entry) {
        boolean hardLink = entry.type() == TarEntry.Type.HARD_LINK;
        return new IndexedFile(
                bare(entry.name()),
                entry.type(),
                entry.size(),
                entry.mode(),
                entry.uid(),
                entry.gid(),
                entry.modified(),
                hardLink ? bare(entry.linkTarget()) : entry.linkTarget());
    }

    private static RawName bare(RawName name) {
        byte[] bytes = name.toBytes();
        int start = 0;
        while (start + 1 < bytes.length && bytes[start] == '.' && bytes[start + 1] == '/') {
            start += 2;
        }
        int end = bytes.length;
        while (end > start && bytes[end - 1] == '/') {
            end--;
        }
        return start == end ? RawName.of(".") : RawName.of(Arrays.copyOfRange(bytes, start, end));
    }
}
