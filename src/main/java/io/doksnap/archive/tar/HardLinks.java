package io.doksnap.archive.tar;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The files with several names of which one name is in the archive and others may still come. */
final class HardLinks {
    private final Map<FileId, Archived> archived = new HashMap<>();

    /**
     * The name under which this file is in the archive already, or {@code null}. A file whose content changed since counts as another
     * one: its inode may have been given to a new file, and a link to the old content would be silently wrong.
     */
    @Nullable
    RawName earlierName(FileStatus status) {
        FileId id = FileId.of(status);
        Archived file = archived.get(id);
        if (file == null) {
            return null;
        }
        if (file.size != status.size() || !file.modified.equals(status.modified())) {
            archived.remove(id);
            return null;
        }
        file.linksLeft--;
        if (file.linksLeft <= 0) {
            archived.remove(id);
        }
        return file.name;
    }

    void add(FileStatus status, RawName name) {
        archived.put(FileId.of(status), new Archived(name, status));
    }

    private record FileId(long device, long inode) {
        static FileId of(FileStatus status) {
            return new FileId(status.device(), status.inode());
        }
    }

    private static final class Archived {
        private final RawName name;
        private final long size;
        private final Instant modified;
        private int linksLeft;

        private Archived(RawName name, FileStatus status) {
            this.name = name;
            this.size = status.size();
            this.modified = status.modified();
            this.linksLeft = status.links() - 1;
        }
    }
}
