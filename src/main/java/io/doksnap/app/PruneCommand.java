package io.doksnap.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.policy.Policy;
import io.doksnap.run.DataDirectory;
import io.doksnap.run.DataDirectory.DataDirectoryException;
import io.doksnap.run.PruneOutcome;
import io.doksnap.run.PruneOutcome.PruneWork;
import io.doksnap.run.PruneRun;
import io.doksnap.snapshot.Identity;
import io.doksnap.snapshot.RetentionRules;
import io.doksnap.store.ObjectStore;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code doksnap prune NAME}. */
@Command(
        name = "prune",
        mixinStandardHelpOptions = true,
        description = {
            "Removes the snapshots of one app that its retention does not keep, and says of each why.",
            "Only this host's own are looked at. What unfinished runs left long ago goes, too.",
            "Archives of the original program count and go only after --confirm."
        })
final class PruneCommand implements Callable<Integer> {
    private Cli cli;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private AppOptions app;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private OutputOption output;

    @Option(names = "--dry-run", description = "only say what would be removed, and why")
    private boolean dryRun;

    @Option(
            names = "--confirm",
            description = "let archives of the original program count and go, from now on; kept in the data directory")
    private boolean confirm;

    PruneCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws Exception {
        Cli loud = cli;
        cli = output.quieting(cli);
        try (Workspace workspace = app.openAny(cli)) {
            if (!StandingPolicy.isBesideOperator(workspace)) {
                app.requireConfiguration(cli);
            }
            StandingPolicy standing = StandingPolicy.of(app.name(), workspace);
            Policy policy = standing.policy();
            Identity identity = new Identity(host(workspace, policy), policy.namespace(), policy.name());
            List<String> destinations = standing.destinations(workspace, app.destination());
            if (dryRun) {
                return each(
                        destinations,
                        workspace,
                        identity,
                        policy,
                        run -> run.preview(workspace.dataDirectoryPath()),
                        loud);
            }
            try (DataDirectory data = dataDirectory(workspace);
                    Interruption interruption = new Interruption(cli.console())) {
                return each(
                        destinations,
                        workspace,
                        identity,
                        policy,
                        run -> run.execute(data, interruption.cancellation()),
                        loud);
            }
        }
    }

    /**
     * An operator need not stop for it: two prunes at once remove the same, the folder of a run that is under way is noted as open on disk, and nothing else
     * of this host's state is touched but the note of a confirmation.
     */
    private static DataDirectory dataDirectory(Workspace workspace) throws DataDirectoryException {
        Path directory = workspace.dataDirectoryPath();
        return StandingPolicy.isBesideOperator(workspace)
                ? DataDirectory.heldByAnother(directory)
                : workspace.dataDirectory();
    }

    /** Each destination alone: what fails in one is no reason to leave the next as it is. The code is that of the first failure. */
    private int each(
            List<String> destinations,
            Workspace workspace,
            Identity identity,
            Policy policy,
            Function<PruneRun, PruneOutcome> prune,
            Cli loud)
            throws CommandException {
        RetentionRules rules = RetentionRules.of(policy);
        int code = ExitCode.OK;
        ObjectNode document = Documents.object().put("app", policy.name()).put("host", identity.host());
        ArrayNode rows = document.putArray("destinations");
        for (String destination : destinations) {
            ObjectStore store = workspace.store(destination);
            PruneRun asked = new PruneRun(identity, rules, store, cli.clock());
            PruneOutcome outcome = prune.apply(confirm ? asked.confirmed() : asked);
            int next = new PruneReport(rules, store.location(), cli.console()).print(identity, outcome);
            rows.add(PruneDocument.of(outcome, destination, store.location()));
            code = code == ExitCode.OK ? next : code;
        }
        output.print(document.put("exitCode", code), loud);
        return code;
    }

    /** A backup gives this host its name; whoever has made none has nothing to prune. */
    private static String host(Workspace workspace, Policy policy) throws CommandException {
        return workspace
                .knownHost()
                .orElseThrow(() -> new CommandException(
                        ExitCode.NOT_FOUND,
                        policy.name()
                                + ": nothing tells which snapshots are this host's, as it has made no backup with this"
                                + " data directory; set host in the configuration to the name that doksnap list"
                                + " shows"));
    }

    /** Says what retention did where a backup had succeeded. */
    static void afterBackup(Policy policy, String destination, PruneOutcome outcome, Cli cli) {
        Console console = cli.console();
        String where = policy.destinations().size() > 1 ? " in " + destination : "";
        String again = "; doksnap prune " + policy.name() + " tries again, as does the next backup";
        if (outcome instanceof PruneOutcome.Pruned pruned) {
            PruneWork work = pruned.work();
            int kept =
                    work.plan().retention().decisions().size() - work.removed().size();
            console.out()
                    .println("retention" + where + " removed "
                            + Sizes.count(work.removed().size(), "snapshot", "snapshots") + ", and keeps " + kept);
        } else if (outcome instanceof PruneOutcome.Partial partial) {
            console.warn(
                    policy.name() + ": the backup is complete, but retention" + where + " could not remove everything ("
                            + partial.reason() + "): "
                            + partial.work()
                                    .refused()
                                    .values()
                                    .iterator()
                                    .next()
                                    .message()
                                    .replaceAll("[.]$", "") + again);
        } else if (outcome instanceof PruneOutcome.Refused refused) {
            console.warn(policy.name() + ": the backup is complete, and retention" + where + " leaves some snapshots ("
                    + refused.reason() + "): " + refused.message());
        } else if (outcome instanceof PruneOutcome.Failed failed) {
            console.warn(policy.name() + ": the backup is complete, but retention" + where + " failed ("
                    + failed.reason() + "): " + failed.message().replaceAll("[.]$", "") + again);
        }
    }
}
