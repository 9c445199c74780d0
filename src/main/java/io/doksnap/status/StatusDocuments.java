package io.doksnap.status;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.api.BackupPolicy.BackupPolicyStatus;
import io.doksnap.api.Condition;
import io.doksnap.api.ConditionType;
import io.doksnap.status.App.LastBackup;
import io.doksnap.status.Run.State;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The JSON of each endpoint. Fields that the original program had keep its names and meaning; others are only ever added. Megabytes are of
 * 1024 × 1024 bytes, and like seconds have two decimals; times are UTC.
 */
final class StatusDocuments {
    private static final double MEGABYTE = 1024.0 * 1024.0;

    private StatusDocuments() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static ObjectNode error(String message) {
        return object().put("error", message);
    }

    /** {@code /health}. */
    static ObjectNode health(OperatorState operator, String version, Instant now) {
        return object().put("status", operator.alive() ? "healthy" : "unhealthy")
                .put("ready", operator.ready())
                .put("phase", operator.phase().name().toLowerCase(Locale.ROOT))
                .put("message", operator.message())
                .put("version", version)
                .put("timestamp", time(now));
    }

    /** {@code /status}. */
    static ObjectNode status(Apps apps, Instant now) {
        ObjectNode document = object();
        ArrayNode rows = document.putArray("apps");
        apps.declared().forEach(app -> rows.add(status(app)));
        OperatorState operator = apps.operator();
        ObjectNode node = document.putObject("operator")
                .put("ready", operator.ready())
                .put("message", operator.message())
                .put("running", operator.running())
                .put("queued", operator.queued());
        operator.unprotected().ifPresent(count -> node.put("unprotected", count));
        return document.put("timestamp", time(now));
    }

    private static ObjectNode status(App app) {
        ObjectNode row = object().put("app_name", app.name()).put("running", app.isRunning());
        Optional<LastBackup> last = app.lastBackup();
        if (last.isPresent()) {
            ObjectNode node = row.putObject("last_backup")
                    .put("timestamp", time(last.get().time()));
            megabytes(node, "size_mb", last.get().storedBytes());
            seconds(node, "duration_seconds", last.get().duration());
        } else {
            row.putNull("last_backup");
        }
        text(row, "next_schedule", app.cron());
        app.policy()
                .ifPresent(policy -> row.put("namespace", policy.metadata().namespace())
                        .put("suspended", policy.spec().suspend()));
        row.put("ready", app.is(ConditionType.READY));
        text(
                row,
                "reason",
                app.condition(ConditionType.READY).map(ready -> ready.reason().toString()));
        text(row, "message", app.condition(ConditionType.READY).map(Condition::message));
        text(
                row,
                "next_run_time",
                app.status().map(BackupPolicyStatus::nextRunTime).map(StatusDocuments::time));
        text(
                row,
                "last_result",
                app.status().map(BackupPolicyStatus::lastResult).map(Object::toString));
        row.put("overdue", app.isNot(ConditionType.UP_TO_DATE));
        row.put("workload_down", app.isNot(ConditionType.WORKLOAD_RESTORED));
        ArrayNode conditions = row.putArray("conditions");
        app.status()
                .map(BackupPolicyStatus::conditions)
                .orElse(List.of())
                .forEach(condition -> conditions
                        .addObject()
                        .put("type", condition.type().toString())
                        .put("status", condition.status().toString())
                        .put("reason", condition.reason().toString())
                        .put("message", condition.message()));
        return row;
    }

    /** {@code /metrics}, as JSON. */
    static ObjectNode metrics(Apps apps, Instant now) {
        ObjectNode document = object();
        ArrayNode rows = document.putArray("apps");
        apps.declared().forEach(app -> rows.add(metrics(app)));
        return document.put("timestamp", time(now));
    }

    private static ObjectNode metrics(App app) {
        List<StoredSnapshot> snapshots = app.distinctSnapshots();
        long bytes = snapshots.stream().mapToLong(StoredSnapshot::bytes).sum();
        long succeeded = app.count(State.COMPLETED);
        long failed = app.count(State.FAILED);
        double average = app.runs().stream()
                .filter(run -> run.state() == State.COMPLETED)
                .flatMap(run -> run.duration().stream())
                .mapToLong(Duration::toMillis)
                .average()
                .orElse(0);
        ObjectNode row = object().put("app_name", app.name())
                .put("total_backups", snapshots.size())
                .put("total_size_bytes", bytes)
                .put("total_size_mb", rounded(bytes / MEGABYTE))
                .put("successful_backups", succeeded)
                .put("failed_backups", failed)
                .put("success_rate", succeeded + failed == 0 ? 0 : rounded(100.0 * succeeded / (succeeded + failed)))
                .put("avg_duration_seconds", rounded(average / 1000))
                .put("currently_running", app.isRunning());
        text(row, "last_backup_time", app.lastBackup().map(last -> time(last.time())));
        return row.put("overdue", app.isNot(ConditionType.UP_TO_DATE));
    }

    /** {@code /history} of all apps. */
    static ObjectNode history(Apps apps) {
        ObjectNode document = object();
        ObjectNode history = document.putObject("history");
        apps.declared().forEach(app -> history.set(app.name(), runs(app)));
        return document;
    }

    /** {@code /history} of one app. */
    static ObjectNode history(App app) {
        ObjectNode document = object().put("app", app.name());
        document.set("history", runs(app));
        return document;
    }

    private static ArrayNode runs(App app) {
        ArrayNode rows = JsonNodeFactory.instance.arrayNode();
        for (Run run : app.runs()) {
            ObjectNode row = rows.addObject().put("job_id", run.id()).put("app_name", app.name());
            text(row, "started_at", run.started().map(StatusDocuments::time));
            text(row, "completed_at", run.completed().map(StatusDocuments::time));
            row.put("status", run.state().toString());
            megabytes(row, "size_mb", run.storedBytes());
            seconds(row, "duration_seconds", run.duration());
            text(row, "reason", run.reason().map(Object::toString));
            row.put("message", run.message());
            ArrayNode warnings = row.putArray("warnings");
            run.warnings().forEach(warnings::add);
        }
        return rows;
    }

    /** {@code /backups/{app}}: each snapshot in each destination. */
    static ArrayNode backups(App app) {
        ArrayNode rows = JsonNodeFactory.instance.arrayNode();
        for (StoredSnapshot snapshot : app.snapshots()) {
            ObjectNode row = rows.addObject()
                    .put("key", snapshot.key())
                    .put("size", snapshot.bytes())
                    .put("size_mb", rounded(snapshot.bytes() / MEGABYTE));
            text(row, "last_modified", snapshot.time().map(StatusDocuments::time));
            row.put("id", snapshot.id());
            text(row, "host", snapshot.host());
            row.put("destination", snapshot.destination());
            text(row, "verified_level", snapshot.verifiedLevel());
            text(row, "verified_time", snapshot.verifiedTime().map(StatusDocuments::time));
        }
        return rows;
    }

    private static String time(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static void text(ObjectNode node, String field, Optional<String> value) {
        node.put(field, value.orElse(null));
    }

    private static void megabytes(ObjectNode node, String field, Optional<Long> bytes) {
        node.put(field, bytes.map(count -> rounded(count / MEGABYTE)).orElse(null));
    }

    private static void seconds(ObjectNode node, String field, Optional<Duration> time) {
        node.put(field, time.map(length -> rounded(length.toMillis() / 1000.0)).orElse(null));
    }

    private static double rounded(double value) {
        return Math.round(value * 100) / 100.0;
    }
}
