package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.archive.tar.TreeStats;
import io.doksnap.snapshot.SnapshotFolder;
import java.nio.file.Path;

/** How a restore ended. */
public sealed interface RestoreOutcome {

    /**
     * Everything that was asked for is in place.
     *
     * @param target where it lies now
     * @param stats what came out of the archive
     * @param plainBytes the size of its tar stream, as the manifest has it; of the content alone where not everything was asked for
     */
    record Restored(SnapshotFolder folder, Path target, TreeStats stats, long plainBytes) implements RestoreOutcome {}

    /**
     * The target is as it was before.
     *
     * @param message what, where and what to do about it; complete for a person to read
     */
    record Failed(Reason reason, String message) implements RestoreOutcome {}
}
