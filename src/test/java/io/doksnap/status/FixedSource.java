package io.doksnap.status;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.doksnap.api.Backup;
import io.doksnap.api.BackupPolicy;
import io.doksnap.api.ConditionType;
import io.doksnap.api.Reason;
import io.doksnap.api.Snapshot;
import io.doksnap.operator.resource.BackupResource;
import io.doksnap.operator.resource.PolicyResource;
import io.doksnap.operator.resource.ResourceJson;
import io.doksnap.operator.resource.SnapshotResource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.Yaml;

/** A source whose resources a test writes, as they lie in the API. */
final class FixedSource implements StatusSource {
    static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    private static final ObjectMapper JSON = ResourceJson.mapper();

    final List<BackupPolicy> policies = new ArrayList<>();
    final List<Backup> backups = new ArrayList<>();
    final List<Snapshot> snapshots = new ArrayList<>();
    volatile OperatorState operator = new OperatorState(OperatorState.Phase.READY, "", 1, 2, OptionalInt.of(3));

    /** Two apps: one that works, with two runs and two snapshots, one of which is in two places; and one that never ran. */
    static FixedSource twoApps() {
        FixedSource source = new FixedSource();
        source.policy("shop", "Shop_1", "2026-11-22T02:00:00Z");
        source.policy("site", "", null);
        source.backup("shop", "2026-11-22T02:00:00Z", "2026-11-22T02:01:30Z", ConditionType.COMPLETE, Reason.SUCCEEDED);
        source.backup(
                "shop", "2026-11-21T02:00:00Z", "2026-11-21T02:00:10Z", ConditionType.FAILED, Reason.UPLOAD_FAILED);
        source.snapshot("Shop_1", "20261122_020000_aaaaaaaa", "2026-11-22T02:00:00Z", "default", 3 << 20);
        source.snapshot("Shop_1", "20261122_020000_aaaaaaaa", "2026-11-22T02:00:00Z", "offsite", 3 << 20);
        source.snapshot("Shop_1", "20261120_020000_bbbbbbbb", "2026-11-20T02:00:00Z", "default", 1 << 20);
        return source;
    }

    void policy(String name, String displayName, @Nullable String lastSuccess) {
        String success = lastSuccess == null
                ? ""
                : "lastSuccessTime: '" + lastSuccess + "', lastResult: Succeeded, lastStoredBytes: 3145728,";
        policies.add(read(
                        """
                        {metadata: {name: %s, namespace: default},
                         spec: {displayName: '%s', schedule: {cron: '0 2 * * *'}},
                         status: {observedGeneration: 1, schedule: '0 2 * * *', %s nextRunTime: '2026-11-23T02:00:00Z',
                          conditions: [
                           {type: Ready, status: 'True', reason: Scheduled, message: next in 14 hours,
                            lastTransitionTime: '2026-11-22T12:00:00Z', observedGeneration: 1},
                           {type: UpToDate, status: '%s', reason: %s, message: '',
                            lastTransitionTime: '2026-11-22T12:00:00Z', observedGeneration: 1}]}}
                        """.formatted(
                                        name,
                                        displayName,
                                        success,
                                        lastSuccess == null ? "False" : "True",
                                        lastSuccess == null ? "NeverRun" : "WithinWindow"),
                        PolicyResource.class)
                .toBackupPolicy());
    }

    void backup(String policy, String started, String completed, ConditionType type, Reason reason) {
        String stored = type == ConditionType.COMPLETE
                ? "{destination: default, snapshot: 20261122_020000_aaaaaaaa, storedBytes: 3145728}"
                : "";
        String name = policy + "-" + started.replaceAll("[^0-9]", "").substring(0, 12);
        backups.add(read(
                        """
                        {metadata: {name: %s, namespace: default}, spec: {policy: %s, nominalTime: '%s'},
                         status: {startTime: '%s', completionTime: '%s', attempts: 1, stored: [%s],
                          conditions: [{type: %s, status: 'True', reason: %s, message: as it ended,
                           lastTransitionTime: '2026-11-22T12:00:00Z', observedGeneration: 1}]}}
                        """.formatted(name, policy, started, started, completed, stored, type, reason),
                        BackupResource.class)
                .toBackup());
    }

    /** One that nobody has taken up. */
    void queued(String policy) {
        backups.add(read(
                        "{metadata: {name: %s-now, namespace: default}, spec: {policy: %s}}".formatted(policy, policy),
                        BackupResource.class)
                .toBackup());
    }

    void snapshot(String policy, String id, String started, String destination, long bytes) {
        String name = policy.toLowerCase(Locale.ROOT).replace('_', '-') + "-" + id.replace('_', '-');
        snapshots.add(read(
                        """
                        {metadata: {name: %s, namespace: default},
                         spec: {destination: %s, policy: %s, host: host1, id: %s, startTime: '%s', completionTime: '%s',
                          path: backups/%s/host1/%s/, storedBytes: %d,
                          sources: [{name: data, storedBytes: %d, plainBytes: %d, files: 7, compression: zstd,
                           encryption: gpg}]},
                         status: {verifiedTime: '2026-11-22T03:00:00Z', verifiedLevel: checksum}}
                        """.formatted(
                                        name,
                                        destination,
                                        policy,
                                        id,
                                        started,
                                        Instant.parse(started).plusSeconds(60),
                                        policy,
                                        id,
                                        bytes,
                                        bytes,
                                        2 * bytes),
                        SnapshotResource.class)
                .toSnapshot());
    }

    private static <T> T read(String yaml, Class<T> type) {
        try {
            Object tree = new Yaml().load(yaml);
            return JSON.readValue(new ObjectMapper().writeValueAsString(tree), type);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
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
