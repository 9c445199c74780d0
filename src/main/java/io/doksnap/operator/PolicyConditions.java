package io.doksnap.operator;

import io.doksnap.api.BackupPolicy.BackupPolicyStatus;
import io.doksnap.api.Condition;
import io.doksnap.api.Condition.Status;
import io.doksnap.api.ConditionType;
import io.doksnap.api.Reason;
import io.doksnap.policy.Policy;
import io.doksnap.policy.PolicyResult;
import io.doksnap.policy.Problem;
import io.doksnap.run.CarriedOut;
import io.doksnap.schedule.CatchUp;
import io.doksnap.schedule.Due;
import io.doksnap.schedule.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What is to be said of a policy, condition by condition. */
final class PolicyConditions {
    /** How long a run that is due may take until the policy counts as overdue, whatever its timeout is. */
    private static final Duration PATIENCE = Duration.ofHours(1);

    private final PolicyFacts facts;
    private final Optional<Policy> policy;
    private final Instant now;
    private final Conditions conditions;

    /**
     * Begins with what was known.
     *
     * @param policy empty where the spec makes no sense
     */
    PolicyConditions(PolicyFacts facts, Optional<Policy> policy, Instant now) {
        this.facts = facts;
        this.policy = policy;
        this.now = now;
        List<Condition> before =
                facts.before().map(BackupPolicyStatus::conditions).orElse(List.of());
        this.conditions = new Conditions(before, facts.generation(), now);
    }

    /**
     * All of them.
     *
     * @param lastSuccess the nominal time of the newest good backup
     * @param since from when on runs are due; empty: none is
     * @param newest the newest Backup that has ended
     */
    List<Condition> decide(Optional<Instant> lastSuccess, Optional<Instant> since, Optional<BackupSeen> newest) {
        ready(newest);
        newest.ifPresent(this::lastBackup);
        upToDate(lastSuccess, since);
        workload();
        verified();
        return conditions.list();
    }

    private void ready(Optional<BackupSeen> newest) {
        // Of a spec that makes no sense nothing else is known, unless its labels say why.
        Optional<PolicyFacts.Trouble> trouble = facts.troubles().stream()
                .findFirst()
                .or(this::invalid)
                .or(() -> newest.flatMap(this::failureOfThePolicy));
        if (trouble.isPresent()) {
            Reason reason = trouble.get().reason();
            String message = trouble.get().message();
            conditions.set(ConditionType.READY, Status.FALSE, reason, message);
            boolean stalled = Results.needsAPerson(reason);
            conditions.set(ConditionType.STALLED, stalled ? Status.TRUE : Status.FALSE, reason, stalled ? message : "");
            conditions.set(ConditionType.RECONCILING, Status.FALSE, reason, "");
            return;
        }
        boolean suspended = policy.map(Policy::suspended).orElse(false);
        Reason reason = suspended ? Reason.SUSPENDED : Reason.SCHEDULED;
        String message = suspended
                ? "runs only when a Backup is created, until suspend is taken away"
                : policy.flatMap(Policy::schedule)
                        .map(schedule -> "runs at " + schedule.cron())
                        .orElse("runs only when a Backup is created, as it has no schedule");
        String warning = Stream.concat(policy.flatMap(CarriedOut::shortfall).stream(), facts.uncovered().stream())
                .map("; but "::concat)
                .collect(Collectors.joining());
        conditions.set(ConditionType.READY, Status.TRUE, reason, message + warning);
        conditions.set(ConditionType.STALLED, Status.FALSE, reason, "");
        conditions.set(ConditionType.RECONCILING, Status.FALSE, reason, "");
    }

    private Optional<PolicyFacts.Trouble> invalid() {
        if (!(facts.reading() instanceof PolicyResult.Invalid invalid)) {
            return Optional.empty();
        }
        String message =
                invalid.problems().stream().map(PolicyConditions::words).collect(Collectors.joining("; "));
        return Optional.of(new PolicyFacts.Trouble(Reason.INVALID_SPEC, message));
    }

    private static String words(Problem problem) {
        return problem.path() + " " + problem.message();
    }

    /** A failure speaks of the spec that it ran with: another spec has not failed yet. */
    private Optional<PolicyFacts.Trouble> failureOfThePolicy(BackupSeen newest) {
        boolean ofThisSpec = facts.before()
                .filter(known -> newest.name().equals(known.lastBackup()))
                .map(known -> known.observedGeneration() == facts.generation())
                .orElse(true);
        return newest.result()
                .filter(Results::isOfThePolicy)
                .filter(reason -> ofThisSpec)
                .map(reason -> new PolicyFacts.Trouble(reason, message(newest)));
    }

    private static String message(BackupSeen backup) {
        return Conditions.find(backup.conditions(), ConditionType.FAILED)
                .or(() -> Conditions.find(backup.conditions(), ConditionType.COMPLETE))
                .map(Condition::message)
                .orElse("");
    }

    private void lastBackup(BackupSeen newest) {
        Reason result = newest.result().orElse(Reason.SUCCEEDED);
        boolean good = Results.isSuccess(result);
        String message = message(newest);
        conditions.set(
                ConditionType.LAST_BACKUP_SUCCEEDED,
                good ? Status.TRUE : Status.FALSE,
                result,
                newest.name() + (message.isEmpty() ? "" : ": " + message));
        Conditions.find(newest.conditions(), ConditionType.RETENTION_APPLIED).ifPresent(conditions::copy);
        Conditions.find(newest.conditions(), ConditionType.WORKLOAD_RESTORED).ifPresent(conditions::copy);
    }

    private void upToDate(Optional<Instant> lastSuccess, Optional<Instant> since) {
        Optional<Schedule> schedule = policy.filter(valid -> !valid.suspended()).flatMap(Policy::schedule);
        Optional<Instant> due =
                since.isPresent() ? schedule.flatMap(times -> latestDue(times, since.get())) : Optional.empty();
        boolean young = lastSuccess
                .filter(last -> due.isEmpty() || !last.isBefore(due.get()))
                .isPresent();
        if (young) {
            conditions.set(
                    ConditionType.UP_TO_DATE,
                    Status.TRUE,
                    Reason.WITHIN_WINDOW,
                    "the newest good backup is of " + lastSuccess.get());
        } else if (due.isEmpty()) {
            conditions.set(ConditionType.UP_TO_DATE, Status.UNKNOWN, Reason.NEVER_RUN, "there was no backup yet");
        } else if (mayStillSucceed(due.get(), schedule)) {
            if (conditions.find(ConditionType.UP_TO_DATE).isEmpty()) {
                conditions.set(ConditionType.UP_TO_DATE, Status.UNKNOWN, Reason.NEVER_RUN, "there was no backup yet");
            }
        } else {
            conditions.set(
                    ConditionType.UP_TO_DATE,
                    Status.FALSE,
                    Reason.OVERDUE,
                    "a backup was due at " + due.get() + ", and has not succeeded; "
                            + lastSuccess
                                    .map(last -> "the newest good one is of " + last)
                                    .orElse("there is none"));
        }
    }

    private Optional<Instant> latestDue(Schedule schedule, Instant since) {
        Schedule whatever = new Schedule(schedule.cron(), schedule.delay(), CatchUp.ONCE, Optional.empty());
        return whatever.decide(since, now) instanceof Due.Now at ? Optional.of(at.nominal()) : Optional.empty();
    }

    /** A run that is on its way is not late yet. */
    private boolean mayStillSucceed(Instant due, Optional<Schedule> schedule) {
        boolean failed = facts.backups().stream()
                .anyMatch(backup -> !backup.nominal().isBefore(due)
                        && Schedule.isBelievable(backup.nominal(), now)
                        && backup.result().isPresent()
                        && !backup.succeeded());
        Duration timeout = policy.map(Policy::timeout).orElse(PATIENCE);
        Duration patience = timeout.compareTo(PATIENCE) < 0 ? timeout : PATIENCE;
        Instant start = due.plus(schedule.map(Schedule::delay).orElse(Duration.ZERO));
        return !failed && now.isBefore(start.plus(patience));
    }

    private void workload() {
        facts.workload()
                .ifPresent(trouble -> conditions.set(
                        ConditionType.WORKLOAD_RESTORED, Status.FALSE, trouble.reason(), trouble.message()));
        if (facts.workload().isEmpty() && facts.revived()) {
            conditions.set(
                    ConditionType.WORKLOAD_RESTORED,
                    Status.TRUE,
                    Reason.RESTORED,
                    "a run was cut off, and what it had stopped runs again");
        }
    }

    private void verified() {
        facts.verification()
                .ifPresent(found ->
                        conditions.set(ConditionType.VERIFIED, found.verified(), found.reason(), found.message()));
        boolean wanted =
                policy.flatMap(Policy::verify).flatMap(plan -> plan.schedule()).isPresent();
        if (wanted && conditions.find(ConditionType.VERIFIED).isEmpty()) {
            conditions.set(ConditionType.VERIFIED, Status.UNKNOWN, Reason.NOT_YET, "nothing was verified yet");
        }
    }
}
