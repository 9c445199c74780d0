package io.doksnap.app;

import io.doksnap.policy.TimeZones;
import io.doksnap.run.PruneOutcome;
import io.doksnap.run.PruneOutcome.PruneWork;
import io.doksnap.run.PrunePlan;
import io.doksnap.snapshot.Identity;
import io.doksnap.snapshot.RetentionPlan.Candidate;
import io.doksnap.snapshot.RetentionPlan.Decision;
import io.doksnap.snapshot.RetentionReason;
import io.doksnap.snapshot.RetentionRules;
import io.doksnap.snapshot.SnapshotFolder;
import io.doksnap.snapshot.SnapshotPlace;
import java.io.PrintStream;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Says what a prune did, or would do: a row for each snapshot, oldest first, and the sum at the end. */
final class PruneReport {
    private static final String ROW = "%-8s %-25s %-17s %9s  %s%n";
    private static final DateTimeFormatter LOCAL = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT);

    private final RetentionRules rules;
    private final String location;
    private final Console console;

    PruneReport(RetentionRules rules, String location, Console console) {
        this.rules = rules;
        this.location = location;
        this.console = console;
    }

    /** Prints all there is to say; returns the exit code. */
    int print(Identity identity, PruneOutcome outcome) {
        if (outcome instanceof PruneOutcome.Planned planned) {
            PrunePlan plan = planned.plan();
            print(identity, new PruneWork(plan, List.of(), List.of(), Map.of()), true);
        } else if (outcome instanceof PruneOutcome.NothingToPrune nothing) {
            print(identity, new PruneWork(nothing.plan(), List.of(), List.of(), Map.of()), false);
        } else if (outcome instanceof PruneOutcome.Pruned pruned) {
            print(identity, pruned.work(), false);
        } else if (outcome instanceof PruneOutcome.Refused refused) {
            print(identity, refused.work(), false);
            console.error(identity.policy() + " in " + location + ": " + refused.message());
            // The destination has nothing to do with it.
            return ExitCode.FAILED;
        } else if (outcome instanceof PruneOutcome.Partial partial) {
            print(identity, partial.work(), false);
            partial.work()
                    .refused()
                    .forEach((place, refusal) -> console.error(identity.policy() + ": " + place.id()
                            + " was not removed (" + refusal.reason() + "): " + refusal.message()));
        } else if (outcome instanceof PruneOutcome.Failed failed) {
            failed.work().ifPresent(work -> print(identity, work, false));
            boolean untouched = failed.work().isEmpty();
            console.error(identity.policy() + ": prune failed (" + failed.reason() + "): " + failed.message()
                    + (untouched ? " Nothing was removed." : ""));
        }
        return ExitCode.of(outcome.reason());
    }

    private void print(Identity identity, PruneWork work, boolean dryRun) {
        PrintStream out = console.out();
        PrunePlan plan = work.plan();
        List<Decision> decisions = plan.retention().decisions();
        out.println(identity.policy() + " on " + identity.host() + ", in " + location + "; keeps: " + rules
                + (rules.keepAll() ? " (no retention is set)" : " (calendar of " + TimeZones.name(rules.zone()) + ")"));
        if (decisions.isEmpty()) {
            out.println("there is no snapshot of it");
        } else {
            out.printf(Locale.ROOT, ROW, "", "SNAPSHOT", "TAKEN", "STORED", "WHY");
        }
        decisions.forEach(decision -> row(decision, work, dryRun));
        for (SnapshotFolder folder : plan.unfinished()) {
            String action = dryRun ? "remove" : action(folder, work.swept(), work);
            out.printf(Locale.ROOT, ROW, action, folder.id(), "", "", "a run that left no snapshot");
        }
        sum(work, dryRun);
    }

    private void row(Decision decision, PruneWork work, boolean dryRun) {
        Candidate candidate = decision.candidate();
        Optional<Candidate.Counted> readable =
                candidate instanceof Candidate.Counted counted ? Optional.of(counted) : Optional.empty();
        console.out()
                .printf(
                        Locale.ROOT,
                        ROW,
                        action(decision, work, dryRun),
                        candidate.place().id(),
                        readable.map(known -> LOCAL.format(known.started().atZone(rules.zone())))
                                .orElse(""),
                        readable.map(known -> Sizes.bytes(known.storedBytes())).orElse(""),
                        decision.reasons().stream()
                                .map(RetentionReason::toString)
                                .collect(Collectors.joining(decision.kept() ? ", " : "; ")));
    }

    private static String action(Decision decision, PruneWork work, boolean dryRun) {
        if (decision.kept()) {
            return "keep";
        }
        return dryRun ? "remove" : action(decision.candidate().place(), work.removed(), work);
    }

    private static String action(SnapshotPlace place, List<? extends SnapshotPlace> gone, PruneWork work) {
        if (gone.contains(place)) {
            return "removed";
        }
        return work.refused().containsKey(place) ? "REFUSED" : "NOT YET";
    }

    private void sum(PruneWork work, boolean dryRun) {
        PrunePlan plan = work.plan();
        List<Candidate.Counted> removed = plan.retention().removed().stream()
                .filter(candidate -> dryRun || work.removed().contains(candidate.place()))
                .toList();
        long bytes = removed.stream().mapToLong(Candidate.Counted::storedBytes).sum();
        int kept = plan.retention().decisions().size() - removed.size();
        String freed = removed.isEmpty() ? "" : " (" + Sizes.bytes(bytes) + ")";
        PrintStream out = console.out();
        out.println(kept + " kept, " + removed.size() + (dryRun ? " to be removed" : " removed") + freed
                + (dryRun ? "; nothing was changed (--dry-run)" : ""));
        if (dryRun) {
            plan.refusal().ifPresent(out::println);
        }
        if (plan.foreign() > 0) {
            out.println(Sizes.count(plan.foreign(), "snapshot", "snapshots")
                    + " of other hosts or namespaces beside these are left alone; doksnap list shows them");
        }
    }
}
