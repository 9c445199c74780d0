package io.doksnap.app;

import io.doksnap.api.Condition;
import io.doksnap.api.ConditionType;
import io.doksnap.api.Reason;
import io.doksnap.api.Restore.RestoreSpec;
import io.doksnap.api.Restore.RestoreStatus;
import io.doksnap.api.Restore.RestoreTargetSpec;
import io.doksnap.operator.resource.RestoreResource;
import io.doksnap.operator.resource.SnapshotResource;
import io.doksnap.run.Cancellation;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;

/** One restore in place by the operator that holds the data directory, so that no backup reads what is being replaced. */
final class RemoteRestore {
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final DateTimeFormatter SECOND =
            DateTimeFormatter.ofPattern("uuuuMMddHHmmss").withZone(ZoneOffset.UTC);

    private final OperatorClient operator;
    private final Cli cli;

    RemoteRestore(OperatorClient operator, Cli cli) {
        this.operator = operator;
        this.cli = cli;
    }

    /**
     * Restores, and says how it went.
     *
     * @param id the snapshot's, in that destination
     * @param sources by name; empty: all of them
     */
    RestoreCommand.Done run(String app, String id, String destination, List<String> sources, List<String> include)
            throws CommandException {
        SnapshotResource snapshot = operator.snapshot(id, destination);
        RestoreResource order = new RestoreResource();
        order.setMetadata(new ObjectMetaBuilder()
                .withName("restore-" + SECOND.format(cli.clock().instant()))
                .withNamespace(snapshot.getMetadata().getNamespace())
                .build());
        order.setSpec(new RestoreSpec(
                snapshot.getMetadata().getName(),
                operator.policy(app).getMetadata().getName(),
                null,
                sources,
                include,
                new RestoreTargetSpec(null, null, null, true),
                null,
                false,
                null,
                null));
        try (Interruption interruption = new Interruption(cli.console())) {
            RestoreResource created = operator.create(order);
            cli.console()
                    .say("the operator restores it: " + created.getMetadata().getName());
            Optional<RestoreStatus> ended = follow(created, interruption.cancellation());
            return report(app, id, ended);
        }
    }

    /** What became of it; empty when it was called off. */
    private Optional<RestoreStatus> follow(RestoreResource restore, Cancellation cancellation) throws CommandException {
        while (!cancellation.awaits(LOOK)) {
            Optional<RestoreResource> now = operator.find(restore);
            if (now.isEmpty()) {
                return Optional.empty();
            }
            RestoreStatus status = now.get().toRestore().status();
            if (status != null && ending(status).isPresent()) {
                return Optional.of(status);
            }
        }
        operator.cancel(restore, cli.clock());
        return Optional.empty();
    }

    private RestoreCommand.Done report(String app, String id, Optional<RestoreStatus> ended) {
        Console console = cli.console();
        Reason reason = Reason.CANCELLED;
        String message = "it was called off";
        if (ended.isPresent()) {
            Condition end = ending(ended.get()).orElseThrow();
            ended.get().warnings().forEach(warning -> console.warn(app + ": " + warning));
            reason = end.type() == ConditionType.COMPLETE ? Reason.SUCCEEDED : end.reason();
            message = end.message();
        }
        int code = ExitCode.of(reason);
        if (code == ExitCode.OK) {
            console.out().println(app + ": restored " + id + " in place" + (message.isEmpty() ? "" : ": " + message));
            return new RestoreCommand.Done(RemoteDocuments.restored(app, ended.orElseThrow(), code), code);
        }
        console.error(app + ": restore failed (" + reason + "): " + message);
        return new RestoreCommand.Done(
                Documents.object()
                        .put("app", app)
                        .put("outcome", reason.toString())
                        .put("exitCode", code)
                        .put("message", message),
                code);
    }

    private static Optional<Condition> ending(RestoreStatus status) {
        return status.conditions().stream()
                .filter(each -> each.type() == ConditionType.COMPLETE || each.type() == ConditionType.FAILED)
                .filter(each -> each.status() == Condition.Status.TRUE)
                .findFirst();
    }
}
