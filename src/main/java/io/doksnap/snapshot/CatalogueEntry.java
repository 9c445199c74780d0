package io.doksnap.snapshot;

/** What the catalogue found in a folder that has a manifest. */
public sealed interface CatalogueEntry {

    /** Where it lies. */
    SnapshotFolder folder();

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
}
