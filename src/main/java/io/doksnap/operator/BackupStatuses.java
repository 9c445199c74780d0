package io.doksnap.operator;

import io.doksnap.api.Backup.BackupStatus;
import io.doksnap.api.Backup.Missed;
import io.doksnap.api.Backup.Stored;
import io.doksnap.api.Condition;
import io.doksnap.api.Condition.Status;
import io.doksnap.api.ConditionType;
import io.doksnap.api.Progress;
import io.doksnap.api.Reason;
import io.doksnap.run.BackupOutcome;
import io.doksnap.run.PruneOutcome;
import io.doksnap.run.WorkloadReport;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is to be said of a Backup. Pure: each is made of what was said before and of what has happened since. */
final class BackupStatuses {
    /** Nobody reads more, and a status has to stay small. */
    private static final int MOST_WARNINGS = 50;

    private static final BackupStatus NOTHING = new BackupStatus(
            List.of(), null, null, null, 0, null, null, null, List.of(), null, List.of(), List.of(), List.of());

    private final BackupStatus before;
    private final String host;
    private final Conditions conditions;
    private final Instant now;

    BackupStatuses(@Nullable BackupStatus before, String host, long generation, Instant now) {
        this.before = before == null ? NOTHING : before;
        this.host = host;
        this.now = now.truncatedTo(ChronoUnit.SECONDS);
        this.conditions = new Conditions(this.before.conditions(), generation, now);
    }

    /** It waits: for its turn, for another attempt, or for something that is not there yet. */
    BackupStatus waiting(Reason reason, String message) {
        conditions.set(ConditionType.PROGRESSING, Status.TRUE, reason, message);
        Progress.Phase phase = reason == Reason.RETRYING ? Progress.Phase.WAITING : Progress.Phase.QUEUED;
        return with(before.startTime(), before.attempts(), before.nextAttemptTime(), progress(phase));
    }

    private Progress progress(Progress.Phase phase) {
        Progress known = before.progress();
        return known != null && known.phase() == phase ? known : new Progress(phase, null, 0, 0, 0, now);
    }

    /** It is being carried out. */
    BackupStatus running(Instant started, int attempt, Progress progress) {
        conditions.set(ConditionType.PROGRESSING, Status.TRUE, Reason.RUNNING, attempt > 1 ? "attempt " + attempt : "");
        Progress known = before.progress();
        boolean same = known != null && sameButTime(known, progress);
        Instant first = before.startTime() == null ? started.truncatedTo(ChronoUnit.SECONDS) : before.startTime();
        return with(first, attempt, null, same ? known : progress);
    }

    private static boolean sameButTime(Progress one, Progress other) {
        return one.phase() == other.phase()
                && Objects.equals(one.source(), other.source())
                && one.bytesRead() == other.bytesRead()
                && one.bytesStored() == other.bytesStored()
                && one.filesDone() == other.filesDone();
    }

    private BackupStatus with(
            @Nullable Instant started, int attempts, @Nullable Instant next, @Nullable Progress progress) {
        return new BackupStatus(
                conditions.list(),
                host,
                started,
                before.completionTime(),
                attempts,
                next,
                before.result(),
                progress,
                before.stored(),
                before.size(),
                before.warnings(),
                before.hooks(),
                before.missed());
    }

    /** It ends without having been carried out. */
    BackupStatus refused(Reason reason, String message) {
        if (reason == Reason.IMPORTED) {
            conditions.set(ConditionType.PROGRESSING, Status.FALSE, reason, message);
        } else {
            conditions.set(ConditionType.FAILED, Status.TRUE, reason, message);
            conditions.set(ConditionType.PROGRESSING, Status.FALSE, Reason.ENDED, "");
        }
        return new BackupStatus(
                conditions.list(),
                host,
                before.startTime(),
                now,
                before.attempts(),
                null,
                reason,
                null,
                before.stored(),
                before.size(),
                before.warnings(),
                before.hooks(),
                before.missed());
    }

    /** An attempt has ended: for good, or to be followed by another. */
    BackupStatus ended(BackupJob job, BackupJob.Ended ended) {
        BackupOutcome outcome = ended.outcome();
        int attempt = job.order().attempt();
        Instant started = before.startTime() != null
                ? before.startTime()
                : job.started().map(at -> at.truncatedTo(ChronoUnit.SECONDS)).orElse(null);
        ended.workload().ifPresent(this::workload);
        if (ended.again().isPresent()) {
            BackupOutcome.Failed failed = (BackupOutcome.Failed) outcome;
            Instant next = ended.again().get().truncatedTo(ChronoUnit.SECONDS);
            conditions.set(
                    ConditionType.PROGRESSING,
                    Status.TRUE,
                    Reason.RETRYING,
                    "attempt " + attempt + " failed (" + failed.reason() + "): " + failed.message());
            return with(started, attempt, next, new Progress(Progress.Phase.WAITING, null, 0, 0, 0, now));
        }
        conditions.set(ConditionType.PROGRESSING, Status.FALSE, Reason.ENDED, "");
        List<Stored> stored = List.of();
        List<Missed> missed = List.of();
        List<String> warnings = new ArrayList<>();
        if (outcome instanceof BackupOutcome.Succeeded good) {
            stored = good.reached().stream().map(BackupStatuses::stored).toList();
            warnings.addAll(good.manifest().warnings());
            warnings.addAll(good.warnings());
            missed = good.missed().stream()
                    .map(each -> new Missed(each.destination(), each.reason(), each.message()))
                    .toList();
            missed.forEach(each -> warnings.add(each.warning()));
            conditions.set(ConditionType.COMPLETE, Status.TRUE, outcome.reason(), message(good));
            retention(ended.retention());
        } else if (outcome instanceof BackupOutcome.Failed bad) {
            ended.workload().ifPresent(report -> warnings.addAll(report.warnings()));
            conditions.set(ConditionType.FAILED, Status.TRUE, bad.reason(), bad.message());
        }
        return new BackupStatus(
                conditions.list(),
                host,
                started,
                ended.at().truncatedTo(ChronoUnit.SECONDS),
                attempt,
                null,
                outcome.reason(),
                null,
                stored,
                stored.isEmpty() ? null : Amount.text(stored.get(0).storedBytes()),
                warnings.stream().limit(MOST_WARNINGS).toList(),
                ended.workload().map(WorkloadReport::hookOutput).orElse(List.of()),
                missed);
    }

    private static Stored stored(BackupOutcome.Reached reached) {
        return new Stored(
                reached.destination(),
                reached.manifest().id(),
                reached.manifest().storedBytes());
    }

    private static String message(BackupOutcome.Succeeded good) {
        long files = good.manifest().sources().stream()
                .mapToLong(source -> source.files())
                .sum();
        String where =
                good.reached().stream().map(BackupOutcome.Reached::destination).collect(Collectors.joining(", "));
        return files + (files == 1 ? " file, " : " files, ")
                + Amount.text(good.manifest().plainBytes()) + ", stored "
                + Amount.text(good.manifest().storedBytes()) + " as "
                + good.folder().id() + " in " + where;
    }

    private void workload(WorkloadReport report) {
        boolean down = !report.troubles().isEmpty();
        String message = down
                ? report.troubles().stream()
                        .map(WorkloadReport.Trouble::message)
                        .collect(Collectors.joining("; "))
                : String.join("; ", report.notes());
        conditions.set(ConditionType.WORKLOAD_RESTORED, down ? Status.FALSE : Status.TRUE, report.reason(), message);
    }

    /** The worst of all destinations. */
    private void retention(Map<String, PruneOutcome> outcomes) {
        Optional<Map.Entry<String, PruneOutcome>> bad = outcomes.entrySet().stream()
                .filter(entry -> !isGood(entry.getValue()))
                .findFirst();
        if (bad.isPresent()) {
            conditions.set(
                    ConditionType.RETENTION_APPLIED,
                    Status.FALSE,
                    bad.get().getValue().reason(),
                    bad.get().getKey() + ": " + words(bad.get().getValue()));
        } else if (!outcomes.isEmpty()) {
            boolean pruned = outcomes.values().stream().anyMatch(PruneOutcome.Pruned.class::isInstance);
            String message = outcomes.entrySet().stream()
                    .map(entry -> entry.getKey() + ": " + words(entry.getValue()))
                    .collect(Collectors.joining("; "));
            conditions.set(
                    ConditionType.RETENTION_APPLIED,
                    Status.TRUE,
                    pruned ? Reason.PRUNED : Reason.NOTHING_TO_PRUNE,
                    message);
        }
    }

    private static boolean isGood(PruneOutcome outcome) {
        return outcome instanceof PruneOutcome.Pruned || outcome instanceof PruneOutcome.NothingToPrune;
    }

    private static String words(PruneOutcome outcome) {
        if (outcome instanceof PruneOutcome.Pruned pruned) {
            int removed = pruned.work().removed().size();
            int kept = pruned.work().plan().retention().decisions().size() - removed;
            return "removed " + removed + ", keeps " + kept;
        } else if (outcome instanceof PruneOutcome.NothingToPrune nothing) {
            return "keeps all " + nothing.plan().retention().decisions().size();
        } else if (outcome instanceof PruneOutcome.Partial partial) {
            return partial.work().refused().values().iterator().next().message();
        } else if (outcome instanceof PruneOutcome.Refused refused) {
            return refused.message();
        } else if (outcome instanceof PruneOutcome.Failed failed) {
            return failed.message();
        }
        return "";
    }

    /** Whether these conditions tell of something that went wrong, rather than that all is well. */
    static boolean isBad(Condition condition) {
        return switch (condition.type()) {
            case STALLED, FAILED -> condition.status() == Status.TRUE;
            case PROGRESSING, RECONCILING ->
                condition.reason() == Reason.RETRYING || condition.reason() == Reason.INTERRUPTED;
            default -> condition.status() == Status.FALSE;
        };
    }
}
