package io.doksnap.snapshot;

import java.util.Optional;

/** Where a snapshot lies, whoever made it. */
public sealed interface SnapshotPlace permits SnapshotFolder, OriginalArchive {

    /** The policy that it belongs to. */
    String policy();

    /** What people call it: the time at its beginning, in UTC. */
    String id();

    /** Like the id, and never the same for two of one policy and host; in the order of time. */
    String name();

    /** Where that is within the destination: the folder, or the one object. Nothing else lies there. */
    String path();

    /** The host that made it; empty where nothing tells. */
    Optional<String> madeBy();
}
