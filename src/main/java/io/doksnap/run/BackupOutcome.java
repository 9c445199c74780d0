package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.snapshot.Manifest;
import io.doksnap.snapshot.SnapshotFolder;

/** How a backup ended. */
public sealed interface BackupOutcome {

    /** Why, for code and conditions. */
    Reason reason();

    /** A snapshot was committed. */
    record Succeeded(SnapshotFolder folder, Manifest manifest) implements BackupOutcome {
        @Override
        public Reason reason() {
            return manifest.warnings().isEmpty() ? Reason.SUCCEEDED : Reason.SUCCEEDED_WITH_WARNINGS;
        }
    }

    /**
     * No snapshot was made.
     *
     * @param message what, where and what to do about it; complete for a person to read
     */
    record Failed(Reason reason, String message) implements BackupOutcome {}
}
