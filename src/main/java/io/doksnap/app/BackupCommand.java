package io.doksnap.app;

import io.doksnap.archive.Encryption;
import io.doksnap.policy.Policy;
import io.doksnap.run.BackupOutcome;
import io.doksnap.run.BackupRun;
import io.doksnap.run.DataDirectory;
import io.doksnap.run.Workloads;
import io.doksnap.snapshot.Identity;
import io.doksnap.snapshot.Manifest;
import io.doksnap.store.ObjectStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

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
    private ConfigOption config;

    @Parameters(paramLabel = "NAME", description = "the app, as the configuration names it")
    @SuppressWarnings("NullAway.Init")
    private String name;

    BackupCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws Exception {
        try (Workspace workspace = Workspace.open(config.file(), cli)) {
            return backUp(workspace, workspace.policy(name), cli);
        }
    }

    /** Backs up one policy and says how it went. */
    static int backUp(Workspace workspace, Policy policy, Cli cli) throws Exception {
        String destination = workspace.destination(policy);
        Encryption encryption = workspace.encryption();
        ObjectStore store = workspace.store(destination);
        try (Interruption interruption = new Interruption(cli.console());
                DataDirectory data = workspace.dataDirectory()) {
            Workloads workloads = workspace.workloads(data);
            WorkloadLines lines = new WorkloadLines(cli.console());
            int code = lines.replayed(workloads.replay());
            Identity identity = new Identity(workspace.host(data), policy.namespace(), policy.name());
            BackupRun run = new BackupRun(
                    policy,
                    identity,
                    new BackupRun.Archiving(encryption, RandomId.next(), Version.text()),
                    List.of(new BackupRun.Target(destination, store)),
                    new BackupRun.Surroundings(workspace.trees(), workloads, data, cli.clock(), Memory.budget()));
            BackupOutcome outcome;
            try (ProgressLine progress =
                    new ProgressLine(cli.console(), policy.name() + ": storing", run.progress()::bytesStored, 0)) {
                progress.show();
                outcome = run.execute(interruption.cancellation());
            }
            report(policy, outcome, store, cli.console());
            if (outcome instanceof BackupOutcome.Succeeded) {
                PruneCommand.afterBackup(policy, identity, store, data, interruption.cancellation(), cli);
            }
            code = Math.max(code, lines.ended(policy.name(), run.workload()));
            return code == ExitCode.OK ? ExitCode.of(outcome.reason()) : code;
        }
    }

    private static void report(Policy policy, BackupOutcome outcome, ObjectStore store, Console console) {
        if (outcome instanceof BackupOutcome.Failed failed) {
            console.error(policy.name() + ": backup failed (" + failed.reason() + "): " + failed.message());
            return;
        }
        Manifest manifest = ((BackupOutcome.Succeeded) outcome).manifest();
        manifest.warnings().forEach(warning -> console.warn(policy.name() + ": " + warning));
        long files = manifest.sources().stream()
                .mapToLong(Manifest.SourceEntry::files)
                .sum();
        String method = manifest.sources().get(0).encryption().method();
        console.out()
                .println(policy.name() + ": backed up "
                        + Sizes.count(files, "file", "files") + ", " + Sizes.bytes(manifest.plainBytes()) + "; stored "
                        + Sizes.bytes(manifest.storedBytes())
                        + (method.equals("none") ? ", not encrypted" : ", encrypted (" + method + ")") + " in "
                        + Sizes.duration(Duration.between(manifest.started(), manifest.finished())));
        console.out().println("snapshot " + manifest.id() + " in " + store.location());
    }
}
