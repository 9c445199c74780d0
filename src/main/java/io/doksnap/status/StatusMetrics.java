package io.doksnap.status;

import io.doksnap.api.BackupPolicy.BackupPolicyStatus;
import io.doksnap.api.ConditionType;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The metrics of Prometheus. What is known of apps is read from the source at each scrape, so that a restart resets nothing; only the
 * counters of failures begin with what the source still has.
 */
final class StatusMetrics implements AutoCloseable {
    private final StatusSource source;
    private final FailureCounts failures = new FailureCounts();
    private final PrometheusMeterRegistry registry;
    private final JvmGcMetrics gc = new JvmGcMetrics();

    StatusMetrics(StatusSource source) {
        this.source = source;
        PrometheusRegistry prometheus = new PrometheusRegistry();
        MultiCollector ours = this::collect;
        prometheus.register(ours);
        this.registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT, prometheus, Clock.SYSTEM);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        gc.bindTo(registry);
    }

    /** All of them in a format that Prometheus names by its content type. */
    String scrape(String contentType) {
        return registry.scrape(contentType);
    }

    @Override
    public void close() {
        gc.close();
        registry.close();
    }

    private MetricSnapshots collect() {
        Apps apps = Apps.of(source);
        List<App> declared = apps.declared();
        MetricSnapshots.Builder all = MetricSnapshots.builder();
        all.metricSnapshot(gauge(
                "doksnap_backup_last_success_timestamp_seconds",
                "When the newest good backup ended.",
                declared,
                app -> app.lastBackup().map(last -> seconds(last.time()))));
        all.metricSnapshot(gauge(
                "doksnap_backup_last_size_bytes",
                "What the newest good backup takes in its destination.",
                declared,
                app -> app.lastBackup().flatMap(last -> last.storedBytes()).map(Long::doubleValue)));
        all.metricSnapshot(gauge(
                "doksnap_backup_last_duration_seconds",
                "How long the newest good backup took.",
                declared,
                app -> app.lastBackup().flatMap(last -> last.duration()).map(StatusMetrics::seconds)));
        all.metricSnapshot(gauge(
                "doksnap_backup_next_run_timestamp_seconds",
                "When the next backup starts by itself.",
                declared,
                app -> app.status().map(BackupPolicyStatus::nextRunTime).map(StatusMetrics::seconds)));
        all.metricSnapshot(flag(
                "doksnap_backup_overdue",
                "Whether the newest good backup is older than the schedule promises.",
                declared,
                app -> app.isNot(ConditionType.UP_TO_DATE)));
        all.metricSnapshot(flag("doksnap_backup_running", "Whether a backup is under way.", declared, App::isRunning));
        all.metricSnapshot(flag(
                "doksnap_backup_last_failed",
                "Whether the newest backup that ended has failed.",
                declared,
                app -> app.isNot(ConditionType.LAST_BACKUP_SUCCEEDED)));
        all.metricSnapshot(flag(
                "doksnap_policy_ready",
                "Whether the policy can be carried out as it stands.",
                declared,
                app -> app.is(ConditionType.READY)));
        all.metricSnapshot(flag(
                "doksnap_workload_down",
                "Whether the workload could not be brought back after a backup.",
                declared,
                app -> app.isNot(ConditionType.WORKLOAD_RESTORED)));
        all.metricSnapshot(failures(declared));
        addSnapshots(all, apps.all());
        addOperator(all, apps.operator());
        return all.build();
    }

    private CounterSnapshot failures(List<App> declared) {
        CounterSnapshot.Builder builder = CounterSnapshot.builder()
                .name("doksnap_backup_failures")
                .help("Backups that failed, as far back as they are remembered.");
        Map<String, Long> counts = failures.count(declared);
        declared.forEach(app -> builder.dataPoint(CounterDataPointSnapshot.builder()
                .labels(labels(app))
                .value(counts.getOrDefault(app.key(), 0L))
                .build()));
        return builder.build();
    }

    private static void addSnapshots(MetricSnapshots.Builder all, List<App> apps) {
        GaugeSnapshot.Builder count = builder("doksnap_snapshots", "Snapshots in a destination.");
        GaugeSnapshot.Builder bytes = builder("doksnap_snapshots_size_bytes", "What snapshots take in a destination.");
        GaugeSnapshot.Builder newest =
                builder("doksnap_snapshot_newest_timestamp_seconds", "When the newest snapshot was committed.");
        GaugeSnapshot.Builder verified = builder(
                "doksnap_snapshot_last_verified_timestamp_seconds", "When a snapshot was last proven to be whole.");
        Set<String> names = new HashSet<>();
        for (App app : apps) {
            if (!names.add(app.name())) {
                // Two namespaces with an app of one name: a snapshot does not say whose it is.
                continue;
            }
            Map<String, List<StoredSnapshot>> byDestination = app.snapshots().stream()
                    .collect(Collectors.groupingBy(StoredSnapshot::destination, TreeMap::new, Collectors.toList()));
            byDestination.forEach((destination, snapshots) -> {
                Labels labels = Labels.of("app", app.name(), "destination", destination);
                count.dataPoint(point(labels, snapshots.size()));
                double stored = snapshots.stream()
                        .mapToDouble(snapshot -> (double) snapshot.bytes())
                        .sum();
                bytes.dataPoint(point(labels, stored));
                snapshots.get(0).time().ifPresent(time -> newest.dataPoint(point(labels, seconds(time))));
                snapshots.stream()
                        .flatMap(snapshot -> snapshot.verifiedTime().stream())
                        .max(Instant::compareTo)
                        .ifPresent(time -> verified.dataPoint(point(labels, seconds(time))));
            });
        }
        all.metricSnapshot(count.build())
                .metricSnapshot(bytes.build())
                .metricSnapshot(newest.build())
                .metricSnapshot(verified.build());
    }

    private static void addOperator(MetricSnapshots.Builder all, OperatorState operator) {
        all.metricSnapshot(
                        one("doksnap_operator_ready", "Whether the operator does its work.", operator.ready() ? 1 : 0))
                .metricSnapshot(one("doksnap_runs_running", "Runs that are under way.", operator.running()))
                .metricSnapshot(one("doksnap_runs_queued", "Runs that wait for their turn.", operator.queued()));
        operator.unprotected()
                .ifPresent(count -> all.metricSnapshot(
                        one("doksnap_unprotected_workloads", "Workloads that have data and no policy.", count)));
    }

    private static GaugeSnapshot gauge(
            String name, String help, List<App> apps, Function<App, Optional<Double>> value) {
        GaugeSnapshot.Builder builder = builder(name, help);
        for (App app : apps) {
            value.apply(app).ifPresent(known -> builder.dataPoint(point(labels(app), known)));
        }
        return builder.build();
    }

    private static Labels labels(App app) {
        return Labels.of("app", app.name(), "namespace", app.namespace());
    }

    private static GaugeSnapshot flag(String name, String help, List<App> apps, Function<App, Boolean> value) {
        return gauge(name, help, apps, app -> Optional.of(value.apply(app) ? 1.0 : 0.0));
    }

    private static GaugeSnapshot one(String name, String help, double value) {
        return builder(name, help).dataPoint(point(Labels.EMPTY, value)).build();
    }

    private static GaugeSnapshot.Builder builder(String name, String help) {
        return GaugeSnapshot.builder().name(name).help(help);
    }

    private static GaugeDataPointSnapshot point(Labels labels, double value) {
        return GaugeDataPointSnapshot.builder().labels(labels).value(value).build();
    }

    private static double seconds(Instant time) {
        return time.toEpochMilli() / 1000.0;
    }

    private static double seconds(Duration time) {
        return time.toMillis() / 1000.0;
    }
}
