package io.doksnap.status;

import io.doksnap.api.Backup;
import io.doksnap.api.Backup.BackupSpec;
import io.doksnap.api.Backup.BackupStatus;
import io.doksnap.api.BackupPolicy;
import io.doksnap.api.BackupPolicy.BackupPolicyStatus;
import io.doksnap.api.BackupPolicySpec;
import io.doksnap.api.BackupPolicySpec.ScheduleSpec;
import io.doksnap.api.Condition;
import io.doksnap.api.ConditionType;
import io.doksnap.api.ObjectMeta;
import io.doksnap.api.Reason;
import io.doksnap.api.Snapshot;
import io.doksnap.api.Snapshot.SnapshotSpec;
import io.doksnap.api.Snapshot.SnapshotStatus;
import io.doksnap.api.Snapshot.StoredSource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** A source whose resources a test writes. */
final class FixedSource implements StatusSource {
    static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    final List<BackupPolicy> policies = new ArrayList<>();
    final List<Backup> backups = new ArrayList<>();
    final List<Snapshot> snapshots = new ArrayList<>();
    volatile OperatorState operator = new OperatorState(OperatorState.Phase.READY, "", 1, 2, OptionalInt.of(3));

    /** Two apps: one that works, with two runs and two snapshots, one of which is in two places; and one that never ran. */
    static FixedSource twoApps() {
        FixedSource source = new FixedSource();
        source.policy("shop", "Shop_1", Instant.parse("2026-11-22T02:00:00Z"));
        source.policy("site", null, null);
        source.backup("shop", "2026-11-22T02:00:00Z", "2026-11-22T02:01:30Z", ConditionType.COMPLETE, Reason.SUCCEEDED);
        source.backup(
                "shop", "2026-11-21T02:00:00Z", "2026-11-21T02:00:10Z", ConditionType.FAILED, Reason.UPLOAD_FAILED);
        source.snapshot("Shop_1", "20261122_020000_aaaaaaaa", "2026-11-22T02:00:00Z", "default", 3 << 20);
        source.snapshot("Shop_1", "20261122_020000_aaaaaaaa", "2026-11-22T02:00:00Z", "offsite", 3 << 20);
        source.snapshot("Shop_1", "20261120_020000_bbbbbbbb", "2026-11-20T02:00:00Z", "default", 1 << 20);
        return source;
    }

    void policy(String name, @Nullable String displayName, @Nullable Instant lastSuccess) {
        BackupPolicySpec spec = new BackupPolicySpec(
                displayName,
                null,
                null,
                List.of(),
                new ScheduleSpec("0 2 * * *", null, null, null, null),
                false,
                null,
                null,
                null,
                null,
                null,
                List.of(),
                null,
                null,
                false,
                null);
        List<Condition> conditions = List.of(
                condition(ConditionType.READY, Condition.Status.TRUE, Reason.SCHEDULED, "next in 14 hours"),
                condition(
                        ConditionType.UP_TO_DATE,
                        lastSuccess == null ? Condition.Status.FALSE : Condition.Status.TRUE,
                        lastSuccess == null ? Reason.NEVER_RUN : Reason.WITHIN_WINDOW,
                        ""));
        policies.add(new BackupPolicy(
                new ObjectMeta(name, "default"),
                spec,
                new BackupPolicyStatus(
                        1,
                        conditions,
                        null,
                        "0 2 * * *",
                        lastSuccess,
                        lastSuccess == null ? null : Reason.SUCCEEDED,
                        lastSuccess == null ? null : 3L << 20,
                        Instant.parse("2026-11-23T02:00:00Z"))));
    }

    void backup(String policy, String started, String completed, ConditionType type, Reason reason) {
        List<Backup.Stored> stored = type == ConditionType.COMPLETE
                ? List.of(new Backup.Stored("default", "20261122_020000_aaaaaaaa", 3 << 20))
                : List.of();
        backups.add(new Backup(
                new ObjectMeta(policy + "-" + started.replaceAll("[^0-9]", "").substring(0, 12), "default"),
                new BackupSpec(policy, Instant.parse(started)),
                new BackupStatus(
                        List.of(condition(type, Condition.Status.TRUE, reason, "as it ended")),
                        Instant.parse(started),
                        Instant.parse(completed),
                        1,
                        stored,
                        List.of())));
    }

    void snapshot(String policy, String id, String started, String destination, long bytes) {
        snapshots.add(new Snapshot(
                new ObjectMeta(policy.toLowerCase(Locale.ROOT).replace('_', '-') + "-" + id, "default"),
                new SnapshotSpec(
                        destination,
                        policy,
                        "host1",
                        id,
                        Instant.parse(started),
                        List.of(new StoredSource("data", bytes, 2 * bytes, 7L, "zstd", "gpg", List.of()))),
                new SnapshotStatus(List.of(), Instant.parse("2026-11-22T03:00:00Z"), "checksum")));
    }

    private static Condition condition(ConditionType type, Condition.Status status, Reason reason, String message) {
        return new Condition(type, status, reason, message, NOW, 1);
    }

    @Override
    public List<BackupPolicy> policies() {
        return policies;
    }

    @Override
    public List<Backup> backups() {
        return backups;
    }

    @Override
    public List<Snapshot> snapshots() {
        return snapshots;
    }

    @Override
    public OperatorState operator() {
        return operator;
    }
}
