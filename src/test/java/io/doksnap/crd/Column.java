package io.doksnap.crd;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A column of {@code kubectl get}.
 *
 * @param wide whether it is shown with {@code -o wide} alone
 */
record Column(String name, String type, String path, boolean wide) {
    private static final Column AGE = date("Age", ".metadata.creationTimestamp");

    static List<Column> policy() {
        return List.of(
                text("Target", ".status.target"),
                text("Schedule", ".status.schedule"),
                text("Ready", condition("Ready", "status")),
                date("Last Success", ".status.lastSuccessTime"),
                text("Result", ".status.lastResult"),
                text("Size", ".status.lastSize"),
                // A date would be shown as an age, which a time to come has not.
                text("Next Run", ".status.nextRunTime"),
                AGE,
                wide("Reason", condition("Ready", "reason")),
                wide("Up To Date", condition("UpToDate", "status")),
                wide("Verified", condition("Verified", "status")),
                wide("Snapshots", "integer", ".status.snapshots"),
                wide("Host", ".spec.host"));
    }

    static List<Column> backup() {
        return List.of(
                text("Policy", ".spec.policy"),
                text("Result", ".status.result"),
                text("Phase", ".status.progress.phase"),
                text("Size", ".status.size"),
                date("Started", ".status.startTime"),
                date("Completed", ".status.completionTime"),
                AGE,
                wide("Attempts", "integer", ".status.attempts"),
                wide("Host", ".status.host"));
    }

    static List<Column> snapshot() {
        return List.of(
                text("Policy", ".spec.policy"),
                text("Destination", ".spec.destination"),
                date("Taken", ".spec.startTime"),
                text("Size", ".status.size"),
                text("Verified", condition("Verified", "status")),
                AGE,
                wide("ID", ".spec.id"),
                wide("Host", ".spec.host"));
    }

    static List<Column> restore() {
        return List.of(
                text("Policy", ".spec.policy"),
                text("Snapshot", ".status.snapshot"),
                text("Target", ".status.target"),
                text("Result", ".status.result"),
                new Column("Files", "integer", ".status.restoredFiles", false),
                date("Completed", ".status.completionTime"),
                AGE,
                wide("Phase", ".status.progress.phase"),
                wide("Host", ".status.host"));
    }

    static List<Column> destination() {
        return List.of(
                text("Location", ".status.location"),
                text("Ready", condition("Ready", "status")),
                new Column("Snapshots", "integer", ".status.snapshots", false),
                text("Size", ".status.size"),
                date("Last Seen", ".status.lastSeenTime"),
                AGE,
                wide("Reason", condition("Ready", "reason")),
                wide("Host", ".spec.host"));
    }

    Map<String, Object> json() {
        Map<String, Object> column = new LinkedHashMap<>();
        column.put("name", name);
        column.put("type", type);
        column.put("jsonPath", path);
        if (wide) {
            column.put("priority", 1);
        }
        return column;
    }

    private static Column text(String name, String path) {
        return new Column(name, "string", path, false);
    }

    private static Column date(String name, String path) {
        return new Column(name, "date", path, false);
    }

    private static Column wide(String name, String path) {
        return wide(name, "string", path);
    }

    private static Column wide(String name, String type, String path) {
        return new Column(name, type, path, true);
    }

    private static String condition(String type, String field) {
        return ".status.conditions[?(@.type==\"" + type + "\")]." + field;
    }
}
