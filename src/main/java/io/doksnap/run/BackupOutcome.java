package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.snapshot.Manifest;
import io.doksnap.snapshot.SnapshotFolder;
import java.util.List;

/** How a backup ended. */
public sealed interface BackupOutcome {

    /** Why, for code and conditions. */
    Reason reason();

    /**
     * A snapshot was committed, in one destination at least.
     *
     * @param reached where it is; never empty, in the order of the policy
     * @param missed where it is not
     * @param warnings what went wrong around the read: hooks, and containers that did not come back
     */
    record Succeeded(SnapshotFolder folder, List<Reached> reached, List<Missed> missed, List<String> warnings)
            implements BackupOutcome {
        public Succeeded {
            reached = List.copyOf(reached);
            missed = List.copyOf(missed);
            warnings = List.copyOf(warnings);
        }

        /** What the snapshot holds, as it stands in the first destination that has it. */
        public Manifest manifest() {
            return reached.get(0).manifest();
        }

        /** Whether the destination of that name has the snapshot. */
        public boolean reached(String destination) {
            return reached.stream().anyMatch(each -> each.destination().equals(destination));
        }

        @Override
        public Reason reason() {
            return manifest().warnings().isEmpty() && missed.isEmpty() && warnings.isEmpty()
                    ? Reason.SUCCEEDED
                    : Reason.SUCCEEDED_WITH_WARNINGS;
        }
    }

    /** A destination that has the snapshot, by its name; objects may be cut differently from one to another. */
    record Reached(String destination, Manifest manifest) {}

    /**
     * A destination that does not have the snapshot, by its name.
     *
     * @param message what, where and what to do about it; complete for a person to read
     */
    record Missed(String destination, Reason reason, String message) {}

    /**
     * No snapshot was made.
     *
     * @param message what, where and what to do about it; complete for a person to read
     */
    record Failed(Reason reason, String message) implements BackupOutcome {}
}
