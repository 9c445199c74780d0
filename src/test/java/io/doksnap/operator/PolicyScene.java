package io.doksnap.operator;

import io.doksnap.api.Backup;
import io.doksnap.api.Backup.BackupSpec;
import io.doksnap.api.Backup.BackupStatus;
import io.doksnap.api.Backup.Stored;
import io.doksnap.api.BackupPolicy;
import io.doksnap.api.BackupPolicy.BackupPolicyStatus;
import io.doksnap.api.BackupPolicySpec;
import io.doksnap.api.Condition;
import io.doksnap.api.ConditionType;
import io.doksnap.api.ObjectMeta;
import io.doksnap.api.Reason;
import io.doksnap.operator.PolicyFacts.SnapshotsSeen;
import io.doksnap.operator.PolicyFacts.Trouble;
import io.doksnap.operator.PolicyFacts.Verification;
import io.doksnap.operator.resource.ResourceJson;
import io.doksnap.policy.AllowedPaths;
import io.doksnap.policy.LocalHooks;
import io.doksnap.policy.PolicyReader;
import io.doksnap.run.WorkloadReport;
import io.doksnap.testing.SettableClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A policy whose life is decided step by step; the status of each step is what the next one begins with, as the API would keep it. */
abstract class PolicyScene {
    static final Duration LONGEST = Duration.ofMinutes(5);

    final SettableClock clock = SettableClock.at("2026-11-22T00:00:00Z");
    final Instant created = clock.instant();
    String schedule = "'cron': '0 2 * * *'";
    String more = "";
    long generation = 1;

    @Nullable
    BackupPolicyStatus before;

    final List<BackupSeen> backups = new ArrayList<>();
    boolean elsewhere;
    final List<Trouble> troubles = new ArrayList<>();
    Optional<String> uncovered = Optional.empty();
    Optional<WorkloadReport.Trouble> workload = Optional.empty();
    boolean revived;
    Optional<SnapshotsSeen> snapshots = Optional.empty();
    Optional<Verification> verification = Optional.empty();

    void passUntil(String time) {
        clock.advance(Duration.between(clock.instant(), Instant.parse(time)));
    }

    /** Decides, and keeps the status as the API does. */
    PolicyDecision decide() {
        PolicyDecision decision = decision();
        before = decision.status();
        return decision;
    }

    PolicyDecision decision() {
        BackupPolicy declared = new BackupPolicy(new ObjectMeta("shop", "default"), spec());
        PolicyReader reader =
                new PolicyReader(ZoneOffset.UTC, new AllowedPaths(List.of(Path.of("/srv"))), LocalHooks.REFUSED);
        PolicyFacts facts = new PolicyFacts(
                "shop",
                created,
                generation,
                Optional.ofNullable(before),
                reader.read(declared),
                Outline.of(declared, reader),
                backups,
                troubles,
                uncovered,
                workload,
                revived,
                snapshots,
                verification,
                false);
        return PolicyDecision.of(facts, new OperatorSettings.History(2, 2), LONGEST, clock.instant());
    }

    BackupPolicySpec spec() {
        String json =
                "{'sources': [{'name': 'data', 'volume': 'shop_data'}], 'schedule': {" + schedule + "}" + more + "}";
        try {
            return ResourceJson.mapper().readValue(json.replace('\'', '"'), BackupPolicySpec.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void scheduled(String nominal, @Nullable Reason result) {
        Instant at = Instant.parse(nominal);
        List<Stored> stored = result == Reason.SUCCEEDED
                ? List.of(new Stored("default", "20261122_020000_0000aaaa", 1234))
                : List.of();
        BackupStatus status = result == null
                ? null
                : new BackupStatus(
                        List.of(),
                        "host1",
                        at,
                        at.plusSeconds(60),
                        1,
                        null,
                        result,
                        null,
                        stored,
                        null,
                        List.of(),
                        List.of(),
                        List.of());
        Backup backup = new Backup(
                new ObjectMeta(ResourceNames.backup("shop", at), "default"), new BackupSpec("shop", at), status);
        backups.add(new BackupSeen(backup, at, true, elsewhere, false));
    }

    static Condition condition(PolicyDecision decision, ConditionType type) {
        return Conditions.find(decision.status().conditions(), type).orElseThrow();
    }
}
