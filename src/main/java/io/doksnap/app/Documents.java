package io.doksnap.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.run.BackupOutcome;
import io.doksnap.run.BackupRun;
import io.doksnap.run.RepeatedBackup;
import io.doksnap.run.RestoreOutcome;
import io.doksnap.run.RestorePreview;
import io.doksnap.run.VerifyOutcome;
import io.doksnap.run.VerifyOutcome.Undecided;
import io.doksnap.run.WorkloadReport;
import io.doksnap.snapshot.Catalogue;
import io.doksnap.snapshot.CatalogueEntry;
import io.doksnap.snapshot.Manifest;
import io.doksnap.snapshot.Manifest.SourceEntry;
import io.doksnap.snapshot.Verification;
import io.doksnap.snapshot.VerificationEntry;
import io.doksnap.store.StoreException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The results of commands for programs. Fields are only ever added. Times are UTC to the second, sizes are bytes, and {@code outcome} is a
 * {@link io.doksnap.api.Reason}, so that nobody has to read a message.
 */
final class Documents {
    private Documents() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static ArrayNode array(Collection<String> texts) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        texts.forEach(array::add);
        return array;
    }

    static String time(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** What {@code backup} prints. */
    static ObjectNode backup(
            String app,
            List<BackupRun.Target> targets,
            RepeatedBackup.Ended ended,
            List<WorkloadReport> workloads,
            int exitCode) {
        ObjectNode document = object().put("app", app)
                .put("outcome", ended.outcome().reason().toString())
                .put("exitCode", exitCode)
                .put("attempts", ended.attempts());
        ArrayNode warnings = array(List.of());
        if (ended.outcome() instanceof BackupOutcome.Failed failed) {
            document.put("message", failed.message());
        } else {
            BackupOutcome.Succeeded succeeded = (BackupOutcome.Succeeded) ended.outcome();
            document.set("snapshot", snapshot(succeeded.manifest()));
            document.set("destinations", destinations(targets, succeeded));
            warnings.addAll(array(succeeded.manifest().warnings())).addAll(array(succeeded.warnings()));
        }
        ArrayNode down = document.putArray("notBroughtBack");
        for (WorkloadReport workload : workloads) {
            workload.troubles()
                    .forEach(trouble -> down.addObject()
                            .put("reason", trouble.reason().toString())
                            .put("message", trouble.message()));
        }
        document.set("warnings", warnings);
        return document;
    }

    private static ArrayNode destinations(List<BackupRun.Target> targets, BackupOutcome.Succeeded succeeded) {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        for (BackupRun.Target target : targets) {
            ObjectNode one = all.addObject()
                    .put("name", target.name())
                    .put("location", target.store().location())
                    .put("stored", succeeded.reached(target.name()));
            succeeded.missed().stream()
                    .filter(missed -> missed.destination().equals(target.name()))
                    .forEach(missed ->
                            one.put("reason", missed.reason().toString()).put("message", missed.message()));
        }
        return all;
    }

    /** One snapshot, wherever it stands. */
    static ObjectNode snapshot(Manifest manifest) {
        ObjectNode snapshot = object().put("id", manifest.id())
                .put("app", manifest.identity().policy())
                .put("host", manifest.identity().host())
                .put("started", time(manifest.started()))
                .put("finished", time(manifest.finished()))
                .put("plainBytes", manifest.plainBytes())
                .put("storedBytes", manifest.storedBytes());
        ArrayNode sources = snapshot.putArray("sources");
        for (SourceEntry source : manifest.sources()) {
            sources.addObject()
                    .put("name", source.name())
                    .put("files", source.files())
                    .put("directories", source.directories())
                    .put("plainBytes", source.plainBytes())
                    .put("storedBytes", source.storedBytes())
                    .put("compression", source.codec())
                    .put("encryption", source.encryption().method())
                    .set("fingerprints", array(source.encryption().fingerprints()));
        }
        snapshot.set("warnings", array(manifest.warnings()));
        return snapshot;
    }

    /** A row of {@code list}. */
    static ObjectNode entry(CatalogueEntry entry, Catalogue catalogue) throws StoreException {
        if (entry instanceof CatalogueEntry.Unreadable broken) {
            return object().put("id", broken.folder().id())
                    .put("app", broken.folder().policy())
                    .put("host", broken.folder().host())
                    .put("unreadable", broken.problem());
        }
        if (entry instanceof CatalogueEntry.Original original) {
            return object().put("id", original.archive().id())
                    .put("app", original.archive().app())
                    .put("started", time(original.archive().uploaded()))
                    .put("storedBytes", original.archive().size())
                    .put("encryption", original.archive().method().toString())
                    .put("archive", original.archive().key())
                    .put("original", true);
        }
        CatalogueEntry.Snapshot snapshot = (CatalogueEntry.Snapshot) entry;
        ObjectNode row = snapshot(snapshot.manifest());
        if (snapshot.verified()) {
            addVerification(row, snapshot, catalogue);
        }
        return row;
    }

    private static void addVerification(ObjectNode row, CatalogueEntry.Snapshot snapshot, Catalogue catalogue)
            throws StoreException {
        if (!(catalogue.verification(snapshot.folder()) instanceof VerificationEntry.Found found)) {
            row.put("verificationUnreadable", true);
            return;
        }
        Verification verification = found.verification();
        row.set("damagedSources", array(verification.damagedSources()));
        List<String> sources =
                snapshot.manifest().sources().stream().map(SourceEntry::name).toList();
        verification
                .passed(sources)
                .ifPresent(passed -> row.putObject("verified")
                        .put("level", passed.level().toString())
                        .put("at", time(passed.at())));
    }

    /** What {@code restore} prints. */
    static ObjectNode restore(String app, RestoreOutcome outcome, int exitCode) {
        ObjectNode document = object().put("app", app);
        if (outcome instanceof RestoreOutcome.Failed failed) {
            return document.put("outcome", failed.reason().toString())
                    .put("exitCode", exitCode)
                    .put("message", failed.message());
        }
        RestoreOutcome.Restored restored = (RestoreOutcome.Restored) outcome;
        document.put("outcome", "Restored")
                .put("exitCode", exitCode)
                .put("snapshot", restored.name())
                .put("target", restored.target().toString())
                .put("files", restored.stats().files())
                .put("bytes", restored.plainBytes());
        document.set("notes", array(restored.notes()));
        document.set("warnings", array(restored.stats().warnings()));
        return document;
    }

    /** What {@code restore --dry-run} prints. */
    static ObjectNode preview(String app, String snapshot, RestorePreview preview, int exitCode) {
        Optional<RestoreOutcome.Failed> obstacle = preview.obstacle();
        ObjectNode document = object().put("app", app)
                .put("outcome", obstacle.map(found -> found.reason().toString()).orElse("Possible"))
                .put("exitCode", exitCode)
                .put("snapshot", snapshot)
                .put("source", preview.source())
                .put("target", preview.target())
                .put("files", preview.files())
                .put("bytes", preview.bytes());
        obstacle.ifPresent(found -> document.put("message", found.message()));
        return document;
    }

    /** A snapshot that {@code verify} looked at. */
    static ObjectNode verification(VerifyOutcome outcome, String destination) {
        ObjectNode row = object().put("id", outcome.place().id())
                .put("app", outcome.place().policy())
                .put("destination", destination)
                .put("outcome", outcome.reason().toString());
        if (outcome instanceof VerifyOutcome.Verified verified) {
            row.put("level", verified.level().toString());
        } else if (outcome instanceof VerifyOutcome.Damaged damaged) {
            ArrayNode damages = row.putArray("damages");
            damaged.damages()
                    .forEach(damage -> damages.addObject()
                            .put("source", damage.source())
                            .put("key", damage.key())
                            .put("reason", damage.reason().toString())
                            .put("expected", damage.expected())
                            .put("found", damage.found()));
            row.set("undecided", undecided(damaged.undecided()));
        } else if (outcome instanceof VerifyOutcome.Unknown unknown) {
            row.set("undecided", undecided(unknown.undecided()));
        }
        outcome.notKept().ifPresent(why -> row.put("notKept", why));
        return row;
    }

    private static ArrayNode undecided(List<Undecided> all) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        all.forEach(each ->
                array.addObject().put("reason", each.reason().toString()).put("message", each.message()));
        return array;
    }
}
