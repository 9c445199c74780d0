package io.doksnap.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.archive.Encryption;
import io.doksnap.policy.Policy;
import io.doksnap.run.BackupOutcome;
import io.doksnap.run.BackupRun;
import io.doksnap.run.Cancellation;
import io.doksnap.run.DataDirectory;
import io.doksnap.run.DataDirectory.DataDirectoryException;
import io.doksnap.run.MemoryBudget;
import io.doksnap.run.PolicyBackup;
import io.doksnap.run.RepeatedBackup;
import io.doksnap.run.WorkloadReport;
import io.doksnap.run.Workloads;
import io.doksnap.snapshot.Identity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code doksnap backup NAME}. */
@Command(
        name = "backup",
        mixinStandardHelpOptions = true,
        description = "Backs up one app of the configuration, now.",
        footer = {"", "The exit code tells how it went; doksnap --help lists the codes."})
final class BackupCommand implements Callable<Integer> {
    private final Cli cli;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private AppOptions app;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private OutputOption output;

    BackupCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws Exception {
        Cli quiet = output.quieting(cli);
        try (Workspace workspace = app.openAny(quiet)) {
            Done done;
            if (DataDirectory.isHeld(workspace.dataDirectoryPath())) {
                done = throughOperator(workspace, quiet);
            } else {
                app.requireConfiguration(quiet);
                done = backUp(workspace, app.policy(workspace), app.destinations(workspace), quiet);
            }
            output.print(done.document(), cli);
            return done.exitCode();
        }
    }

    /** Whoever holds the data directory is an operator, which does it, or somebody who has to be waited for. */
    private Done throughOperator(Workspace workspace, Cli quiet) throws CommandException, DataDirectoryException {
        if (!OperatorClient.hasRun(workspace)) {
            workspace.dataDirectory().close();
        }
        if (app.isForOneDestination()) {
            throw new CommandException(
                    ExitCode.USAGE,
                    "--destination: an operator runs here, which stores in all destinations of a policy; leave it out");
        }
        try (OperatorClient operator = OperatorClient.of(workspace);
                Interruption interruption = new Interruption(quiet.console())) {
            return new RemoteBackup(operator, quiet.console(), quiet.clock(), output.isJson())
                    .run(app.name(), interruption.cancellation());
        } catch (CommandException e) {
            if (e.exitCode() == ExitCode.BUSY) {
                cli.console().error(String.valueOf(e.getMessage()));
                workspace.dataDirectory().close();
            }
            throw e;
        }
    }

    /** How it went, for programs, and the code that the command ends with. */
    record Done(ObjectNode document, int exitCode) {}

    /** Backs up one policy into these of its destinations, and says how it went. */
    static Done backUp(Workspace workspace, Policy policy, List<String> destinations, Cli cli) throws Exception {
        Encryption encryption = workspace.keys().encryption(policy);
        MemoryBudget memory = Memory.budget();
        List<BackupRun.Target> targets = workspace.targets(destinations, memory);
        try (Interruption interruption = new Interruption(cli.console());
                DataDirectory data = workspace.dataDirectory()) {
            Workloads workloads = workspace.workloads(data);
            WorkloadLines lines = new WorkloadLines(cli.console());
            workspace.stepBack();
            int code = lines.replayed(workloads.replay());
            Identity identity = new Identity(workspace.host(data), policy.namespace(), policy.name());
            BackupRun.Surroundings here = new BackupRun.Surroundings(
                    workspace.trees(), workloads, data, cli.clock(), memory, Optional.of(workspace.spool()));
            Cancellation cancellation = interruption.cancellation();
            List<WorkloadReport> reports = new ArrayList<>();
            PolicyBackup.Writing writing = new PolicyBackup.Writing(
                    Version.text(),
                    Optional.of(workspace.spec(policy)),
                    workspace.settings().limits().threads());
            PolicyBackup backup = new PolicyBackup(policy, identity, encryption, writing, targets, here);
            Supplier<BackupOutcome> attempt = () -> {
                BackupRun run = backup.attempt(RandomId.next());
                BackupOutcome outcome = attempt(run, policy, cancellation, cli);
                reports.add(run.workload());
                return outcome;
            };
            BackupReport report = new BackupReport(policy.name(), targets, cli.console());
            RepeatedBackup.Ended ended = new RepeatedBackup(
                            policy.retry().attempts(),
                            policy.retry().backoff(),
                            cancellation::awaits,
                            RandomGenerator.getDefault())
                    .run(attempt, report::failedFor);
            int backedUp = report.print(ended);
            if (ended.outcome() instanceof BackupOutcome.Succeeded succeeded) {
                backup.retention(succeeded, cancellation)
                        .forEach((target, outcome) -> PruneCommand.afterBackup(policy, target, outcome, cli));
            }
            for (WorkloadReport workload : reports) {
                code = Math.max(code, lines.ended(policy.name(), workload));
            }
            code = code == ExitCode.OK ? backedUp : code;
            return new Done(Documents.backup(policy.name(), targets, ended, reports, code), code);
        }
    }

    private static BackupOutcome attempt(BackupRun run, Policy policy, Cancellation cancellation, Cli cli) {
        try (ProgressLine progress =
                new ProgressLine(cli.console(), policy.name() + ": storing", run.progress()::bytesStored, 0)) {
            progress.show();
            return run.execute(cancellation);
        }
    }
}
