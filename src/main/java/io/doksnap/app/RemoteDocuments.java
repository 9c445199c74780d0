package io.doksnap.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.api.Backup.BackupStatus;
import io.doksnap.api.Backup.Missed;
import io.doksnap.api.Backup.Stored;
import io.doksnap.api.Condition;
import io.doksnap.api.ConditionType;
import io.doksnap.api.Restore.RestoreStatus;
import io.doksnap.api.Snapshot.SnapshotSpec;
import io.doksnap.api.Snapshot.StoredSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The same as {@link Documents} for what an operator has done, from what its resources say. */
final class RemoteDocuments {
    private RemoteDocuments() {}

    /**
     * What {@code backup} prints.
     *
     * @param snapshot what it made; empty where it made none, or the operator has not listed it yet
     * @param locations where destinations are, by their names, as far as the operator knows
     */
    static ObjectNode backup(
            String app,
            String backup,
            BackupStatus status,
            Condition end,
            Optional<SnapshotSpec> snapshot,
            Map<String, String> locations,
            int exitCode) {
        ObjectNode document = Documents.object()
                .put("app", app)
                .put("outcome", end.reason().toString())
                .put("exitCode", exitCode)
                .put("attempts", status.attempts())
                .put("backup", backup)
                .put("message", end.message());
        snapshot.ifPresent(made -> document.set("snapshot", snapshot(made)));
        ArrayNode destinations = document.putArray("destinations");
        for (Stored stored : status.stored()) {
            destination(destinations, stored.destination(), locations)
                    .put("stored", true)
                    .put("snapshot", stored.snapshot())
                    .put("storedBytes", stored.storedBytes());
        }
        for (Missed missed : status.missed()) {
            destination(destinations, missed.destination(), locations)
                    .put("stored", false)
                    .put("reason", missed.reason().toString())
                    .put("message", missed.message());
        }
        ArrayNode down = document.putArray("notBroughtBack");
        down(status)
                .ifPresent(trouble -> down.addObject()
                        .put("reason", trouble.reason().toString())
                        .put("message", trouble.message()));
        document.set("warnings", Documents.array(warnings(status)));
        return document;
    }

    /** Without what is said of destinations that do not have the snapshot: that has a place of its own. */
    static List<String> warnings(BackupStatus status) {
        Set<String> ofMissed = status.missed().stream().map(Missed::warning).collect(Collectors.toSet());
        return status.warnings().stream()
                .filter(warning -> !ofMissed.contains(warning))
                .toList();
    }

    private static ObjectNode destination(ArrayNode destinations, String name, Map<String, String> locations) {
        ObjectNode one = destinations.addObject().put("name", name);
        if (locations.containsKey(name)) {
            one.put("location", locations.get(name));
        }
        return one;
    }

    private static ObjectNode snapshot(SnapshotSpec made) {
        ObjectNode snapshot = Documents.object().put("id", made.id()).put("app", made.policy());
        if (made.host() != null) {
            snapshot.put("host", made.host());
        }
        if (made.startTime() != null) {
            snapshot.put("started", Documents.time(made.startTime()));
        }
        if (made.completionTime() != null) {
            snapshot.put("finished", Documents.time(made.completionTime()));
        }
        snapshot.put(
                "plainBytes",
                made.sources().stream().mapToLong(StoredSource::plainBytes).sum());
        snapshot.put("storedBytes", made.storedBytes());
        ArrayNode sources = snapshot.putArray("sources");
        for (StoredSource source : made.sources()) {
            sources.addObject()
                    .put("name", source.name())
                    .put("files", source.files())
                    .put("plainBytes", source.plainBytes())
                    .put("storedBytes", source.storedBytes())
                    .put("compression", source.compression())
                    .put("encryption", source.encryption())
                    .set("fingerprints", Documents.array(source.keyFingerprints()));
        }
        snapshot.set("warnings", Documents.array(made.warnings()));
        return snapshot;
    }

    /** What was stopped or paused for a backup, and could not be brought back. */
    static Optional<Condition> down(BackupStatus status) {
        return status.conditions().stream()
                .filter(each -> each.type() == ConditionType.WORKLOAD_RESTORED)
                .filter(each -> each.status() == Condition.Status.FALSE)
                .findFirst();
    }

    /** What {@code restore --in-place} prints that was carried out to its end. */
    static ObjectNode restored(String app, RestoreStatus status, int exitCode) {
        ObjectNode document = Documents.object()
                .put("app", app)
                .put("outcome", "Restored")
                .put("exitCode", exitCode)
                .put("snapshot", status.snapshot())
                .put("target", status.target())
                .put("files", status.restoredFiles())
                .put("bytes", status.restoredBytes());
        document.set("notes", Documents.array(status.warnings()));
        document.putArray("warnings");
        return document;
    }
}
