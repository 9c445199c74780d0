package io.doksnap.operator;

import io.doksnap.api.BackupPolicy.BackupPolicyStatus;
import io.doksnap.api.Condition;
import io.doksnap.api.Reason;
import io.doksnap.policy.Policy;
import io.doksnap.policy.PolicyResult;
import io.doksnap.policy.Source;
import io.doksnap.schedule.CronSchedule;
import io.doksnap.schedule.Due;
import io.doksnap.schedule.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is to be done about a policy now, and what is to be said of it. Pure: the same facts at the same time always give the same.
 *
 * @param status what is known of it
 * @param create the nominal time of a run that is due; empty: none is
 * @param verify whether what is stored is to be verified now
 * @param outdated Backups that the history has no room for, by name
 * @param recheck when to look again at the latest
 */
record PolicyDecision(
        BackupPolicyStatus status, Optional<Instant> create, boolean verify, List<String> outdated, Duration recheck) {
    private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(1);

    /** Decides. */
    static PolicyDecision of(PolicyFacts facts, OperatorSettings.History history, Duration longestPause, Instant now) {
        return new Decider(facts, history, longestPause, now.truncatedTo(ChronoUnit.SECONDS)).decide();
    }

    private static final class Decider {
        private final PolicyFacts facts;
        private final OperatorSettings.History history;
        private final Duration longestPause;
        private final Instant now;
        private final Optional<BackupPolicyStatus> before;
        private final Optional<Policy> policy;

        Decider(PolicyFacts facts, OperatorSettings.History history, Duration longestPause, Instant now) {
            this.facts = facts;
            this.history = history;
            this.longestPause = longestPause;
            this.now = now;
            this.before = facts.before();
            this.policy = facts.reading() instanceof PolicyResult.Valid valid
                    ? Optional.of(valid.policy())
                    : Optional.empty();
        }

        PolicyDecision decide() {
            Optional<Schedule> schedule =
                    policy.filter(valid -> !valid.suspended()).flatMap(Policy::schedule);
            // What cannot be read says nothing of the schedule: a mistake that is corrected makes no new beginning.
            Optional<String> scheduledAs =
                    policy.isEmpty() ? before.map(BackupPolicyStatus::scheduledAs) : schedule.map(Decider::words);
            Optional<Instant> since = scheduledAs.map(this::since);
            Optional<Due> due = schedule.map(times -> times.decide(doneWith(since.orElse(now)), now));
            Optional<Instant> create = due.filter(Due.Now.class::isInstance)
                    .map(at -> ((Due.Now) at).nominal())
                    .filter(nominal -> !isOneWaiting());
            Optional<Instant> next = schedule.flatMap(times -> times.nextStartAfter(now));
            Optional<Instant> verification = nextVerification();
            boolean verify =
                    verification.filter(at -> !at.isAfter(now)).isPresent() && !facts.verifying() && hasSuccess();
            BackupPolicyStatus status = status(scheduledAs, since, create, next, verification);
            return new PolicyDecision(status, create, verify, outdated(), recheck(next, verification));
        }

        /** Everything that a person would call another schedule. */
        private static String words(Schedule schedule) {
            return schedule.cron() + (schedule.delay().isZero() ? "" : " +" + schedule.delay());
        }

        private Instant since(String scheduledAs) {
            if (before.isEmpty()) {
                return believable(facts.created()).orElse(now);
            }
            boolean same = scheduledAs.equals(before.get().scheduledAs());
            return before.map(BackupPolicyStatus::scheduledSince)
                    .filter(known -> same)
                    .flatMap(this::believable)
                    .orElse(now);
        }

        /** What a clock had noted that was ahead says nothing: it would hold for years. */
        private Optional<Instant> believable(Instant noted) {
            return Optional.of(noted).filter(this::isBelievable);
        }

        private boolean isBelievable(Instant noted) {
            return Schedule.isBelievable(noted, now);
        }

        /** Nominal times up to here are done with. */
        private Instant doneWith(Instant since) {
            return lastScheduled().filter(since::isBefore).orElse(since);
        }

        /** One that waits for its turn makes up for all that become due meanwhile; whether one of another host ever has its turn is not for us to know. */
        private boolean isOneWaiting() {
            return facts.backups().stream()
                    .anyMatch(backup -> backup.scheduled()
                            && !backup.elsewhere()
                            && !backup.started()
                            && backup.result().isEmpty());
        }

        private Optional<Instant> nextVerification() {
            Optional<CronSchedule> cron = policy.filter(valid -> !valid.suspended())
                    .flatMap(Policy::verify)
                    .flatMap(plan -> plan.schedule());
            Instant last = lastVerified()
                    .or(() -> believable(facts.created()))
                    .or(this::lastSuccess)
                    .orElse(now);
            return cron.flatMap(times -> times.nextAfter(last));
        }

        private Optional<Instant> lastVerified() {
            return facts.verification()
                    .map(found -> found.at().truncatedTo(ChronoUnit.SECONDS))
                    .filter(this::isBelievable)
                    .or(() -> before.map(BackupPolicyStatus::lastVerifyTime).filter(this::isBelievable));
        }

        /** Also of a run whose Backup was created, and its creation not recorded. */
        private Optional<Instant> lastScheduled() {
            Stream<Instant> created =
                    facts.backups().stream().filter(BackupSeen::scheduled).map(BackupSeen::nominal);
            Stream<Instant> recorded = before.map(BackupPolicyStatus::lastScheduleTime).stream();
            return latest(created, recorded);
        }

        private Optional<Instant> latest(Stream<Instant> some, Stream<Instant> others) {
            return Stream.concat(some, others).filter(this::isBelievable).max(Comparator.naturalOrder());
        }

        private boolean hasSuccess() {
            return lastSuccess().isPresent();
        }

        private Optional<Instant> lastSuccess() {
            Stream<Instant> seen =
                    facts.backups().stream().filter(BackupSeen::succeeded).map(BackupSeen::nominal);
            Stream<Instant> known = before.map(BackupPolicyStatus::lastSuccessTime).stream();
            // Where the state was lost, what is stored still tells.
            Stream<Instant> stored = facts.snapshots().flatMap(PolicyFacts.SnapshotsSeen::newest).stream();
            return latest(seen, known)
                    .or(() -> stored.filter(this::isBelievable).findFirst());
        }

        private BackupPolicyStatus status(
                Optional<String> scheduledAs,
                Optional<Instant> since,
                Optional<Instant> create,
                Optional<Instant> next,
                Optional<Instant> verification) {
            Optional<BackupSeen> newest = newestEnded();
            Optional<BackupSeen> good = newest.filter(BackupSeen::succeeded);
            Optional<Long> bytes =
                    good.flatMap(Decider::storedBytes).or(() -> before.map(BackupPolicyStatus::lastStoredBytes));
            List<Condition> conditions = new PolicyConditions(facts, policy, now).decide(lastSuccess(), since, newest);
            return new BackupPolicyStatus(
                    facts.generation(),
                    conditions,
                    policy.map(Decider::target)
                            .or(() -> facts.outline().target())
                            .orElse(null),
                    (policy.isPresent()
                                    ? policy.flatMap(Policy::schedule)
                                            .map(times -> times.cron().expression())
                                    : facts.outline().schedule())
                            .orElse(null),
                    lastSuccess().orElse(null),
                    newest.flatMap(BackupSeen::result)
                            .or(() -> before.map(BackupPolicyStatus::lastResult))
                            .orElse(null),
                    bytes.orElse(null),
                    next.orElse(null),
                    bytes.map(Amount::text).orElse(null),
                    newest.map(BackupSeen::name)
                            .or(() -> before.map(BackupPolicyStatus::lastBackup))
                            .orElse(null),
                    create.or(this::lastScheduled).orElse(null),
                    since.orElse(null),
                    scheduledAs.orElse(null),
                    lastVerified().orElse(null),
                    verification.orElse(null),
                    facts.snapshots()
                            .map(PolicyFacts.SnapshotsSeen::count)
                            .or(() -> before.map(BackupPolicyStatus::snapshots))
                            .orElse(null),
                    before.map(BackupPolicyStatus::storedAs)
                            .or(() -> policy.map(Policy::name))
                            .orElse(null));
        }

        /** The newest that has ended since the last one that was taken note of. */
        private Optional<BackupSeen> newestEnded() {
            return facts.backups().stream()
                    .filter(backup -> backup.result().isPresent() && !backup.imported())
                    .max(byEnd());
        }

        /** The newest last; what a clock had dated that was ahead is none of them. */
        private Comparator<BackupSeen> byEnd() {
            return Comparator.comparing(
                            (BackupSeen backup) -> believable(backup.ended()).orElse(Instant.MIN))
                    .thenComparing(BackupSeen::name);
        }

        private static Optional<Long> storedBytes(BackupSeen backup) {
            return backup.status()
                    .flatMap(status -> status.stored().stream().findFirst().map(stored -> stored.storedBytes()));
        }

        private static String target(Policy policy) {
            return policy.target()
                    .map(target -> target.summary())
                    .orElseGet(() -> policy.sources().stream().map(Source::name).collect(Collectors.joining(",")));
        }

        private List<String> outdated() {
            List<BackupSeen> ended = facts.backups().stream()
                    .filter(backup -> backup.result().isPresent() && !backup.kept())
                    .sorted(byEnd().reversed())
                    .toList();
            List<String> outdated = new ArrayList<>();
            ended.stream()
                    .filter(BackupSeen::succeeded)
                    .skip(history.succeeded())
                    .forEach(backup -> outdated.add(backup.name()));
            ended.stream()
                    .filter(backup -> !backup.succeeded())
                    .skip(history.failed())
                    .forEach(backup -> outdated.add(backup.name()));
            return outdated;
        }

        private Duration recheck(Optional<Instant> next, Optional<Instant> verification) {
            Optional<Duration> wait = Stream.of(next, verification)
                    .flatMap(Optional::stream)
                    .filter(at -> at.isAfter(now))
                    .map(at -> Duration.between(now, at))
                    .min(Comparator.naturalOrder())
                    .map(until -> until.compareTo(SHORTEST_PAUSE) < 0 ? SHORTEST_PAUSE : until);
            return wait.filter(until -> until.compareTo(longestPause) < 0).orElse(longestPause);
        }
    }

    /** What a person reads of a run that ended badly. */
    static String words(Reason reason, String message) {
        return reason + (message.isEmpty() ? "" : ": " + message);
    }
}
