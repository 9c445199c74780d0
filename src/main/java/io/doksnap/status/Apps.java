package io.doksnap.status;

import io.doksnap.api.Backup;
import io.doksnap.api.BackupPolicy;
import io.doksnap.api.Snapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a source has at one moment, app by app in the order of their names. */
record Apps(List<App> all, OperatorState operator) {

    static Apps of(StatusSource source) {
        Map<String, List<Run>> runs = new HashMap<>();
        for (Backup backup : source.backups()) {
            String policy = backup.metadata().namespace() + "/" + backup.spec().policy();
            runs.computeIfAbsent(policy, none -> new ArrayList<>()).add(Run.of(backup));
        }
        Map<String, List<StoredSnapshot>> snapshots = new TreeMap<>();
        for (Snapshot found : source.snapshots()) {
            StoredSnapshot snapshot = StoredSnapshot.of(found);
            snapshots
                    .computeIfAbsent(snapshot.policy(), none -> new ArrayList<>())
                    .add(snapshot);
        }
        List<BackupPolicy> policies = new ArrayList<>(source.policies());
        policies.sort(Comparator.comparing(Apps::name)
                .thenComparing(policy -> policy.metadata().namespace()));
        List<App> all = new ArrayList<>();
        Map<String, List<StoredSnapshot>> orphans = new LinkedHashMap<>(snapshots);
        for (BackupPolicy policy : policies) {
            String name = name(policy);
            String key = policy.metadata().namespace() + "/" + policy.metadata().name();
            orphans.remove(name);
            all.add(new App(
                    name,
                    Optional.of(policy),
                    newestFirst(runs.getOrDefault(key, List.of())),
                    sorted(snapshots.getOrDefault(name, List.of()))));
        }
        orphans.forEach((name, left) -> all.add(new App(name, Optional.empty(), List.of(), sorted(left))));
        return new Apps(List.copyOf(all), source.operator());
    }

    /** Those that have a policy. */
    List<App> declared() {
        return all.stream().filter(app -> app.policy().isPresent()).toList();
    }

    /** The app of that name; also one that only has snapshots left. */
    Optional<App> find(String name) {
        return all.stream().filter(app -> app.name().equals(name)).findFirst();
    }

    private static String name(BackupPolicy policy) {
        String written = policy.spec().displayName();
        return written == null || written.isEmpty() ? policy.metadata().name() : written;
    }

    private static List<Run> newestFirst(List<Run> runs) {
        return runs.stream().sorted(Comparator.comparing(Run::order).reversed()).toList();
    }

    /** Newest first; what tells no time is the oldest. */
    private static List<StoredSnapshot> sorted(List<StoredSnapshot> snapshots) {
        return snapshots.stream()
                .sorted(Comparator.comparing(
                                (StoredSnapshot snapshot) -> snapshot.time().orElse(Instant.MIN))
                        .reversed()
                        .thenComparing(StoredSnapshot::id)
                        .thenComparing(StoredSnapshot::destination))
                .toList();
    }
}
