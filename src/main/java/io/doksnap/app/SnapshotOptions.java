package io.doksnap.app;

import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which source of which snapshot of which app; what every command takes that opens one. */
final class SnapshotOptions {
    @Parameters(index = "0", paramLabel = "NAME", description = "the app; it need not be configured any more")
    @SuppressWarnings("NullAway.Init")
    private String app;

    @Option(
            names = "--snapshot",
            paramLabel = "ID",
            description =
                    "the snapshot, by its id or the beginning of it, or 'latest'; default: the newest of this host")
    @SuppressWarnings("NullAway.Init")
    private Optional<String> id;

    @Option(
            names = "--at",
            paramLabel = "TIME",
            description = {
                "the newest snapshot that is no younger than this: a date, such as 2025-03-30, and that is all of the day; a"
                        + " time of the app's time zone, such as '2025-03-30 02:00'; or an instant, such as"
                        + " 2025-03-30T02:00:00Z"
            })
    @SuppressWarnings("NullAway.Init")
    private Optional<String> at;

    @Option(names = "--source", paramLabel = "SOURCE", description = "which source, where the snapshot holds several")
    @SuppressWarnings("NullAway.Init")
    private Optional<String> source;

    @Option(
            names = "--destination",
            paramLabel = "NAME",
            description = "where to take it from; default: the first destination that has it")
    @SuppressWarnings("NullAway.Init")
    private Optional<String> destination;

    String app() {
        return app;
    }

    /** Whether a snapshot was named, if only as the latest. */
    boolean isNamed() {
        return id.isPresent();
    }

    /** Whether anything says which. */
    boolean isGiven() {
        return id.isPresent() || at.isPresent();
    }

    /** The snapshot that is meant. */
    WantedSnapshot wanted(Workspace workspace) throws CommandException {
        return WantedSnapshot.of(id, at, workspace.zone(app));
    }

    Optional<String> source() {
        return source;
    }

    /** The search in the destinations that may have it. */
    SnapshotSearch search(Workspace workspace, Cli cli) throws CommandException {
        return new SnapshotSearch(
                workspace,
                workspace.destinations(workspace.find(app), destination),
                cli.clock().instant(),
                cli.console());
    }
}
