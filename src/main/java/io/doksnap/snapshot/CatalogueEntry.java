package io.doksnap.snapshot;

/** What the catalogue found: a folder that has a manifest, or an archive of the original program. */
public sealed interface CatalogueEntry {

    /** Where it lies. */
    SnapshotPlace place();

    /** A snapshot. */
    record Snapshot(SnapshotFolder folder, Manifest manifest) implements CatalogueEntry {
        @Override
        public SnapshotPlace place() {
            return folder;
        }
    }

    /**
     * A folder whose manifest cannot be used, so that nothing is known of what it holds.
     *
     * @param problem what is wrong with it, to be read after the folder's name
     */
    record Unreadable(SnapshotFolder folder, String problem) implements CatalogueEntry {
        @Override
        public SnapshotPlace place() {
            return folder;
        }
    }

    /** An archive of the original program. */
    record Original(OriginalArchive archive) implements CatalogueEntry {
        @Override
        public SnapshotPlace place() {
            return archive;
        }
    }
}
