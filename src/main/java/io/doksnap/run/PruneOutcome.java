package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.snapshot.SnapshotFolder;
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

    /** Everything was done as planned but for what object lock holds; a later prune removes that. */
    record Partial(PruneWork work) implements PruneOutcome {
        @Override
        public Reason reason() {
            return Reason.OBJECT_LOCKED;
        }
    }

    /**
     * Nothing was removed, or not everything that was planned; the next prune goes on from there.
     *
     * @param message what, where and what to do about it; complete for a person to read
     * @param work what was done before; empty where there was not even a plan
     */
    record Failed(Reason reason, String message, Optional<PruneWork> work) implements PruneOutcome {}

    /**
     * How much of a plan was carried out.
     *
     * @param removed snapshots that are wholly gone
     * @param swept folders of unfinished runs that are wholly gone
     * @param locked what could not be removed yet, wholly or in part, and what the destination said; in the order it was tried
     */
    record PruneWork(
            PrunePlan plan,
            List<SnapshotFolder> removed,
            List<SnapshotFolder> swept,
            Map<SnapshotFolder, String> locked) {
        public PruneWork {
            removed = List.copyOf(removed);
            swept = List.copyOf(swept);
            locked = Collections.unmodifiableMap(new LinkedHashMap<>(locked));
        }
    }
}
