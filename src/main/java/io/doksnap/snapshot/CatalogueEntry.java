package io.doksnap.snapshot;

/** What the catalogue found in a folder that has a manifest. */
public sealed interface CatalogueEntry {

    /** Where it lies. */
    SnapshotFolder folder();

    /** A snapshot. */
    record Snapshot(SnapshotFolder folder, Manifest manifest) implements CatalogueEntry {}

    /**
     * A folder whose manifest cannot be used, so that nothing is known of what it holds.
     *
     * @param problem what is wrong with it, to be read after the folder's name
     */
    record Unreadable(SnapshotFolder folder, String problem) implements CatalogueEntry {}
}
