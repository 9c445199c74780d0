package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.snapshot.SnapshotFolder;
import io.doksnap.snapshot.SnapshotPlace;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How a prune ended. */
public sealed interface PruneOutcome {

    /** Why, for code and conditions. */
    Reason reason();

    /** Nothing was touched: this is only what would be done. */
    record Planned(PrunePlan plan) implements PruneOutcome {
        @Override
        public Reason reason() {
            return Reason.SUCCEEDED;
        }
    }

    /** Everything was done as planned. */
    record Pruned(PruneWork work) implements PruneOutcome {
        @Override
        public Reason reason() {
            return Reason.PRUNED;
        }
    }

    /** There was nothing to do. */
    record NothingToPrune(PrunePlan plan) implements PruneOutcome {
        @Override
        public Reason reason() {
            return Reason.NOTHING_TO_PRUNE;
        }
    }

    /**
     * What was due of ours is gone; archives of the original program are due, too, and stay until a person has confirmed that they may go.
     */
    record Refused(PruneWork work) implements PruneOutcome {
        @Override
        public Reason reason() {
            return Reason.REFUSED;
        }

        /** What, why and what to do about it; complete for a person to read. */
        public String message() {
            return work.plan().refusal().orElse("");
        }
    }

    /** Everything was done as planned but for what the destination did not let go, such as under object lock; a later prune tries again. */
    record Partial(PruneWork work) implements PruneOutcome {
        /** Object lock if that was all; what else it was says more. */
        @Override
        public Reason reason() {
            return work.refused().values().stream()
                    .map(Refusal::reason)
                    .filter(reason -> reason != Reason.OBJECT_LOCKED)
                    .findFirst()
                    .orElse(Reason.OBJECT_LOCKED);
        }
    }

    /**
     * Nothing was removed, or not everything that was planned; the next prune goes on from there.
     *
     * @param message what, where and what to do about it; complete for a person to read
     * @param work what was done before; empty where there was not even a plan
     */
    record Failed(Reason reason, String message, Optional<PruneWork> work) implements PruneOutcome {}

    /** What a destination said when one snapshot was to be removed; complete for a person to read. */
    record Refusal(Reason reason, String message) {}

    /**
     * How much of a plan was carried out.
     *
     * @param removed snapshots that are wholly gone
     * @param swept folders of unfinished runs that are wholly gone
     * @param refused what the destination did not let go, wholly or in part, and why; in the order it was tried
     */
    record PruneWork(
            PrunePlan plan,
            List<SnapshotPlace> removed,
            List<SnapshotFolder> swept,
            Map<SnapshotPlace, Refusal> refused) {
        public PruneWork {
            removed = List.copyOf(removed);
            swept = List.copyOf(swept);
            refused = Collections.unmodifiableMap(new LinkedHashMap<>(refused));
        }
    }
}
