package io.doksnap.snapshot;

/** What the catalogue found: a folder that has a manifest, or an archive of the original program. */
public sealed interface CatalogueEntry {

    /** Where it lies. */
    SnapshotPlace place();

    /**
     * A snapshot.
     *
     * @param verified whether something lies beside it that verification found, good or bad: {@link Catalogue#verification} reads it
     */
    record Snapshot(SnapshotFolder folder, Manifest manifest, boolean verified) implements CatalogueEntry {
        /** One that was never verified. */
        public Snapshot(SnapshotFolder folder, Manifest manifest) {
            this(folder, manifest, false);
        }

        @Override
        public SnapshotPlace place() {
            return folder;
        }
    }

    /**
     * A folder whose manifest cannot be used, so that nothing is known of what it holds.
     *
     * @param problem what is wrong with it, to be read after the folder's name
     * @param cause what is wrong with it, for code that decides
     */
    record Unreadable(SnapshotFolder folder, String problem, Cause cause) implements CatalogueEntry {
        /** One that is damaged. */
        public Unreadable(SnapshotFolder folder, String problem) {
            this(folder, problem, Cause.DAMAGED);
        }

        @Override
        public SnapshotPlace place() {
            return folder;
        }
    }

    /** Why a manifest cannot be used. */
    enum Cause {
        /** It is not what was written. */
        DAMAGED,
        /** Only a newer version of this program can read it. */
        NEWER,
        /** It was removed after it had been listed, so there is no snapshot any more. */
        REMOVED
    }

    /** An archive of the original program. */
    record Original(OriginalArchive archive) implements CatalogueEntry {
        @Override
        public SnapshotPlace place() {
            return archive;
        }
    }
}
