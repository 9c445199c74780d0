package io.doksnap.status;

import io.doksnap.api.BackupPolicy;
import io.doksnap.api.BackupPolicy.BackupPolicyStatus;
import io.doksnap.api.BackupPolicySpec.ScheduleSpec;
import io.doksnap.api.Condition;
import io.doksnap.api.ConditionType;
import io.doksnap.status.Run.State;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One app: a policy with its runs and snapshots, or the snapshots of a policy that is gone.
 *
 * @param runs newest first
 * @param snapshots newest first
 */
record App(String name, Optional<BackupPolicy> policy, List<Run> runs, List<StoredSnapshot> snapshots) {

    /** The newest good backup, as far as anything stored still tells. */
    record LastBackup(Instant time, Optional<Long> storedBytes, Optional<Duration> duration) {}

    /** Of its policy; empty where that is gone. */
    String namespace() {
        return policy.map(declared -> declared.metadata().namespace()).orElse("");
    }

    /** No other app has it. */
    String key() {
        return namespace() + "/" + name;
    }

    Optional<BackupPolicyStatus> status() {
        return policy.map(BackupPolicy::status);
    }

    Optional<Condition> condition(ConditionType type) {
        return status().flatMap(known -> known.conditions().stream()
                .filter(condition -> condition.type() == type)
                .findFirst());
    }

    boolean is(ConditionType type) {
        return condition(type)
                .filter(condition -> condition.status() == Condition.Status.TRUE)
                .isPresent();
    }

    boolean isNot(ConditionType type) {
        return condition(type)
                .filter(condition -> condition.status() == Condition.Status.FALSE)
                .isPresent();
    }

    boolean isRunning() {
        return count(State.RUNNING) > 0;
    }

    long count(State state) {
        return runs.stream().filter(run -> run.state() == state).count();
    }

    /** The schedule as it was written, or as the operator understood it. */
    Optional<String> cron() {
        return status().map(BackupPolicyStatus::schedule)
                .or(() -> policy.map(declared -> declared.spec().schedule()).map(ScheduleSpec::cron));
    }

    /** From the runs, else from what the policy remembers, else from what lies in a destination. */
    Optional<LastBackup> lastBackup() {
        Optional<LastBackup> run = runs.stream()
                .filter(candidate -> candidate.state() == State.COMPLETED)
                .findFirst()
                .flatMap(last ->
                        last.completed().map(time -> new LastBackup(time, last.storedBytes(), last.duration())));
        return run.or(this::remembered).or(this::stored);
    }

    private Optional<LastBackup> remembered() {
        return status().flatMap(known -> Optional.ofNullable(known.lastSuccessTime())
                .map(time -> new LastBackup(time, Optional.ofNullable(known.lastStoredBytes()), Optional.empty())));
    }

    private Optional<LastBackup> stored() {
        return snapshots.stream()
                .findFirst()
                .flatMap(newest ->
                        newest.time().map(time -> new LastBackup(time, Optional.of(newest.bytes()), Optional.empty())));
    }

    /** Each snapshot once, however many destinations have it. */
    List<StoredSnapshot> distinctSnapshots() {
        Set<String> seen = new HashSet<>();
        return snapshots.stream()
                .filter(snapshot -> seen.add(snapshot.identity()))
                .toList();
    }
}
