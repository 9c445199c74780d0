package io.doksnap.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.run.PruneOutcome;
import io.doksnap.run.PruneOutcome.PruneWork;
import io.doksnap.snapshot.RetentionPlan.Candidate;
import io.doksnap.snapshot.RetentionPlan.Decision;
import io.doksnap.snapshot.RetentionReason;
import io.doksnap.snapshot.SnapshotFolder;
import io.doksnap.snapshot.SnapshotPlace;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What {@code prune} did in one destination, or would do, for programs. */
final class PruneDocument {
    private PruneDocument() {}

    static ObjectNode of(PruneOutcome outcome, String destination, String location) {
        ObjectNode document = Documents.object()
                .put("destination", destination)
                .put("location", location)
                .put("outcome", outcome.reason().toString());
        if (outcome instanceof PruneOutcome.Failed failed) {
            document.put("message", failed.message());
        } else if (outcome instanceof PruneOutcome.Refused refused) {
            document.put("message", refused.message());
        }
        boolean dryRun = outcome instanceof PruneOutcome.Planned;
        work(outcome).ifPresent(work -> add(document, work, dryRun));
        return document;
    }

    private static Optional<PruneWork> work(PruneOutcome outcome) {
        if (outcome instanceof PruneOutcome.Planned planned) {
            return Optional.of(new PruneWork(planned.plan(), List.of(), List.of(), Map.of()));
        } else if (outcome instanceof PruneOutcome.NothingToPrune nothing) {
            return Optional.of(new PruneWork(nothing.plan(), List.of(), List.of(), Map.of()));
        } else if (outcome instanceof PruneOutcome.Pruned pruned) {
            return Optional.of(pruned.work());
        } else if (outcome instanceof PruneOutcome.Refused refused) {
            return Optional.of(refused.work());
        } else if (outcome instanceof PruneOutcome.Partial partial) {
            return Optional.of(partial.work());
        }
        return ((PruneOutcome.Failed) outcome).work();
    }

    private static void add(ObjectNode document, PruneWork work, boolean dryRun) {
        ArrayNode snapshots = document.putArray("snapshots");
        for (Decision decision : work.plan().retention().decisions()) {
            SnapshotPlace place = decision.candidate().place();
            ObjectNode row = snapshots
                    .addObject()
                    .put("id", place.id())
                    .put("action", decision.kept() ? "keep" : action(place, work.removed(), work, dryRun));
            if (decision.candidate() instanceof Candidate.Counted counted) {
                row.put("started", Documents.time(counted.started())).put("storedBytes", counted.storedBytes());
            }
            row.set(
                    "reasons",
                    Documents.array(decision.reasons().stream()
                            .map(RetentionReason::toString)
                            .toList()));
        }
        ArrayNode unfinished = document.putArray("unfinishedRuns");
        for (SnapshotFolder folder : work.plan().unfinished()) {
            unfinished.addObject().put("id", folder.id()).put("action", action(folder, work.swept(), work, dryRun));
        }
        document.put("foreign", work.plan().foreign());
    }

    private static String action(
            SnapshotPlace place, List<? extends SnapshotPlace> gone, PruneWork work, boolean dryRun) {
        if (dryRun) {
            return "remove";
        }
        if (gone.contains(place)) {
            return "removed";
        }
        return work.refused().containsKey(place) ? "refused" : "notYet";
    }
}
