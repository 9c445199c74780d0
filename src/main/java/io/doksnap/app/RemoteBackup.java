package io.doksnap.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.api.Backup.BackupSpec;
import io.doksnap.api.Backup.BackupStatus;
import io.doksnap.api.Backup.Stored;
import io.doksnap.api.Condition;
import io.doksnap.api.ConditionType;
import io.doksnap.api.Progress;
import io.doksnap.api.Reason;
import io.doksnap.api.Snapshot.SnapshotSpec;
import io.doksnap.operator.resource.BackupResource;
import io.doksnap.operator.resource.PolicyResource;
import io.doksnap.operator.resource.SnapshotResource;
import io.doksnap.run.Cancellation;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** One backup by the operator that holds the data directory: asked for, followed to its end, or called off. */
final class RemoteBackup {
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final Duration LISTING = Duration.ofSeconds(10);
    private static final int LONGEST_NAME = 230;
    private static final DateTimeFormatter SECOND =
            DateTimeFormatter.ofPattern("uuuuMMddHHmmss").withZone(ZoneOffset.UTC);

    private final OperatorClient operator;
    private final Console console;
    private final Clock clock;
    private final boolean detailed;
    private String said = "";

    /**
     * Through an operator.
     *
     * @param detailed whether somebody reads the document, which takes more questions than people need answered
     */
    RemoteBackup(OperatorClient operator, Console console, Clock clock, boolean detailed) {
        this.operator = operator;
        this.console = console;
        this.clock = clock;
        this.detailed = detailed;
    }

    /** Backs up one policy, and says how it went. */
    BackupCommand.Done run(String name, Cancellation cancellation) throws CommandException {
        PolicyResource policy = operator.policy(name);
        String app = OperatorClient.shownAs(policy);
        BackupResource backup = operator.create(order(policy));
        console.say("the operator backs it up: " + backup.getMetadata().getName());
        Optional<BackupStatus> ended = follow(app, backup, cancellation);
        if (ended.isEmpty()) {
            return cancelled(app, backup);
        }
        int code = report(app, ended.get());
        return new BackupCommand.Done(document(policy, backup, ended.get(), code), code);
    }

    private BackupResource order(PolicyResource policy) {
        String name = policy.getMetadata().getName();
        BackupResource backup = new BackupResource();
        backup.setMetadata(new ObjectMetaBuilder()
                .withName(
                        name.substring(0, Math.min(name.length(), LONGEST_NAME)) + "-" + SECOND.format(clock.instant()))
                .withNamespace(policy.getMetadata().getNamespace())
                .build());
        backup.setSpec(new BackupSpec(name, null));
        return backup;
    }

    /** What became of it; empty when it was called off, by this person or another. */
    private Optional<BackupStatus> follow(String app, BackupResource backup, Cancellation cancellation)
            throws CommandException {
        AtomicLong stored = new AtomicLong();
        try (ProgressLine progress = new ProgressLine(console, app + ": storing", stored::get, 0)) {
            progress.show();
            while (!cancellation.awaits(LOOK)) {
                Optional<BackupResource> now = operator.find(backup);
                if (now.isEmpty()) {
                    return Optional.empty();
                }
                BackupStatus status = now.get().toBackup().status();
                if (status == null) {
                    continue;
                }
                if (ending(status) != null) {
                    return Optional.of(status);
                }
                tell(app, status);
                Progress running = status.progress();
                stored.set(running == null ? stored.get() : running.bytesStored());
            }
        }
        operator.cancel(backup, clock);
        return Optional.empty();
    }

    /** Says once why it does not go on by itself. */
    private void tell(String app, BackupStatus status) {
        Progress progress = status.progress();
        Instant next = status.nextAttemptTime();
        String now = next != null
                ? "attempt " + status.attempts() + " failed; it is tried again at " + next
                : progress != null && progress.phase() == Progress.Phase.QUEUED ? "waits for its turn" : "";
        if (!now.isEmpty() && !now.equals(said)) {
            console.say(app + ": " + now);
        }
        said = now;
    }

    private int report(String app, BackupStatus status) {
        Condition end = Objects.requireNonNull(ending(status));
        boolean complete = end.type() == ConditionType.COMPLETE;
        RemoteDocuments.warnings(status).forEach(warning -> console.warn(app + ": " + warning));
        if (complete) {
            console.out().println(app + ": backed up" + (end.message().isEmpty() ? "" : ": " + end.message()));
            status.stored()
                    .forEach(
                            each -> console.out().println("snapshot " + each.snapshot() + " in " + each.destination()));
            status.missed()
                    .forEach(each -> console.error(app + ": " + each.destination() + " does not have this snapshot ("
                            + each.reason() + "): " + each.message()));
        } else {
            console.error(app + ": backup failed (" + end.reason() + ")"
                    + (status.attempts() > 1 ? " after " + status.attempts() + " attempts" : "") + ": "
                    + end.message());
        }
        return code(app, status, complete, end.reason());
    }

    /** A container that is down comes before everything else; a destination without the snapshot is no success either. */
    private int code(String app, BackupStatus status, boolean complete, Reason reason) {
        Optional<Condition> down = RemoteDocuments.down(status);
        if (down.isPresent()) {
            return new WorkloadLines(console)
                    .down(app, down.get().reason(), down.get().message());
        }
        if (complete && !status.missed().isEmpty()) {
            return ExitCode.PARTIAL;
        }
        return ExitCode.of(complete ? Reason.SUCCEEDED : reason);
    }

    private BackupCommand.Done cancelled(String app, BackupResource backup) {
        console.error(app + ": backup called off: " + backup.getMetadata().getName() + " was deleted");
        ObjectNode document = Documents.object()
                .put("app", app)
                .put("outcome", Reason.CANCELLED.toString())
                .put("exitCode", ExitCode.CANCELLED);
        return new BackupCommand.Done(document, ExitCode.CANCELLED);
    }

    private ObjectNode document(PolicyResource policy, BackupResource backup, BackupStatus status, int code)
            throws CommandException {
        String namespace = policy.getMetadata().getNamespace();
        return RemoteDocuments.backup(
                OperatorClient.shownAs(policy),
                backup.getMetadata().getName(),
                status,
                Objects.requireNonNull(ending(status)),
                detailed && !status.stored().isEmpty()
                        ? snapshot(namespace, status.stored().get(0))
                        : Optional.empty(),
                detailed ? operator.locations(namespace) : Map.of(),
                code);
    }

    /** The operator lists a destination anew after each run, which takes a moment. */
    private Optional<SnapshotSpec> snapshot(String namespace, Stored stored) throws CommandException {
        Cancellation pause = new Cancellation();
        Instant end = clock.instant().plus(LISTING);
        Optional<SnapshotResource> found = operator.findSnapshot(namespace, stored.snapshot(), stored.destination());
        while (found.isEmpty() && clock.instant().isBefore(end)) {
            boolean ignored = pause.awaits(LOOK);
            found = operator.findSnapshot(namespace, stored.snapshot(), stored.destination());
        }
        return found.map(object -> object.toSnapshot().spec());
    }

    /** The condition that says how it ended; absent while it has not. */
    static @Nullable Condition ending(BackupStatus status) {
        return status.conditions().stream()
                .filter(each -> each.type() == ConditionType.COMPLETE || each.type() == ConditionType.FAILED)
                .filter(each -> each.status() == Condition.Status.TRUE)
                .findFirst()
                .orElse(null);
    }
}
