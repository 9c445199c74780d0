package io.doksnap.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.archive.tar.Includes;
import io.doksnap.docker.Volume;
import io.doksnap.policy.Policy;
import io.doksnap.policy.Source;
import io.doksnap.policy.Target;
import io.doksnap.run.DataDirectory;
import io.doksnap.run.DataDirectory.DataDirectoryException;
import io.doksnap.run.PlainSnapshot;
import io.doksnap.run.RestoreOutcome;
import io.doksnap.run.RestorePreview;
import io.doksnap.run.RestoreRun;
import io.doksnap.run.RestoreTarget;
import io.doksnap.store.ObjectStore;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Scanner;
import java.util.concurrent.Callable;
import java.util.regex.PatternSyntaxException;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code doksnap restore NAME}. */
@Command(
        name = "restore",
        mixinStandardHelpOptions = true,
        description = {
            "Restores one app's snapshot.",
            "Everything is unpacked and checked beside the target before anything is put into place; when that fails,"
                    + " the target is as it was.",
            "A dump is loaded into new databases of a server that runs, which then take the place of the old ones;"
                    + " those are kept."
        })
final class RestoreCommand implements Callable<Integer> {
    private Cli cli;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private ConfigOption config;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private IdentityOptions identity;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private SnapshotOptions wanted;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private OutputOption output;

    @Option(
            names = "--archive",
            paramLabel = "KEY",
            description = {
                "an archive by its key in the destination, instead of a snapshot: also one of the original program, or"
                        + " one that was copied there by hand",
                "Without a manifest, fewer checks are to be had; the output says which"
            })
    @SuppressWarnings("NullAway.Init")
    private Optional<String> archive;

    @Option(
            names = "--include",
            paramLabel = "GLOB",
            description = {
                "only what matches, with the directories that lead there; may be repeated.",
                "As exclude in the configuration: conf/*.yaml from the source's root, *.log anywhere, a directory with"
                        + " all below it.",
                "In place, everything else stays as it is; a directory that matches is replaced as a whole.",
                "Of a dump that is loaded into a server: only the databases whose names match"
            })
    private List<String> include = new ArrayList<>();

    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init")
    private TargetOptions target;

    @Option(
            names = "--dry-run",
            description = "say what would be restored, and whether the target can be used; write nothing")
    private boolean dryRun;

    @Option(
            names = {"-y", "--yes"},
            description = "do not ask before replacing what is there")
    private boolean yes;

    RestoreCommand(Cli cli) {
        this.cli = cli;
    }

    /** Where to; exactly one. */
    static final class TargetOptions {
        @Option(names = "--to-directory", paramLabel = "DIR", description = "into a directory that is new or empty")
        @SuppressWarnings("NullAway.Init")
        private Optional<Path> directory;

        @Option(names = "--to-volume", paramLabel = "VOLUME", description = "into a Docker volume that is empty")
        @SuppressWarnings("NullAway.Init")
        private Optional<String> volume;

        @Option(
                names = "--to-service",
                paramLabel = "SERVICE",
                description = "a dump: into the database server that runs as this Swarm service or container, or as"
                        + " project/service of Compose")
        @SuppressWarnings("NullAway.Init")
        private Optional<String> service;

        @Option(
                names = "--in-place",
                description = "to where it came from, replacing what is there, or of it what --include says; needs"
                        + " --snapshot")
        private boolean inPlace;

        /** What can be no target, such as a variable of the shell that holds nothing. */
        void check() throws CommandException {
            if (directory.isPresent() && directory.get().toString().isEmpty()) {
                throw new CommandException(
                        ExitCode.USAGE, "--to-directory is empty; name a directory that is new or empty");
            }
            if (volume.isPresent() && !Volume.isName(volume.get())) {
                throw new CommandException(
                        ExitCode.USAGE,
                        "--to-volume: '" + volume.get()
                                + "' is no name of a Docker volume; docker volume ls lists those that there are");
            }
            if (service.isPresent() && !service.get().matches("[a-zA-Z0-9][a-zA-Z0-9_./-]*")) {
                throw new CommandException(
                        ExitCode.USAGE,
                        "--to-service: '" + service.get()
                                + "' is no name of a container or service; docker ps lists those that run");
            }
        }

        RestoreTarget target(Optional<Target> workload) {
            if (directory.isPresent()) {
                return new RestoreTarget.EmptyDirectory(directory.get().toAbsolutePath());
            } else if (service.isPresent()) {
                return new RestoreTarget.Database(service.get());
            }
            return volume.isPresent()
                    ? new RestoreTarget.EmptyVolume(volume.get())
                    : new RestoreTarget.InPlace(workload);
        }

        boolean replaces() {
            return inPlace || service.isPresent();
        }
    }

    @Override
    public Integer call() throws Exception {
        target.check();
        checkChoice();
        Cli loud = cli;
        cli = output.quieting(cli);
        try (Workspace workspace = Workspace.openStored(config.file(), cli)) {
            Includes includes = includes();
            Optional<Policy> policy = workspace.find(wanted.app());
            SnapshotSearch search = wanted.search(workspace, cli);
            SnapshotSearch.Found where = archive.isPresent()
                    ? search.findArchive(archive.get())
                    : search.find(wanted.app(), wanted.wanted(workspace));
            ObjectStore store = where.store();
            RestoreChoice found = where.choice();
            checkEncrypted(found, policy, workspace);
            if (target.replaces() && !yes && !dryRun && cli.console().interactive() && !confirmed(found)) {
                throw new CommandException(ExitCode.CANCELLED, "nothing was changed");
            }
            if (found instanceof RestoreChoice.OfArchive && !includes.isAll()) {
                throw new CommandException(
                        ExitCode.USAGE,
                        "--include chooses from a snapshot; " + found.describe()
                                + " has no manifest, and is only restored whole");
            }
            if (target.inPlace && !dryRun && DataDirectory.isHeld(workspace.dataDirectoryPath())) {
                Done done = throughOperator(workspace, where);
                output.print(done.document(), loud);
                return done.exitCode();
            }
            RestoreRun.Request request = new RestoreRun.Request(
                    target.target(policy.flatMap(Policy::target)),
                    wanted.source().or(found::source),
                    found.decryption(identity, store, workspace, cli),
                    Privilege.isRoot(),
                    RandomId.next(),
                    includes);
            RestoreRun run = found.run(declared(policy, workspace), request, store, workspace.trees());
            if (dryRun) {
                RestorePreview preview = run.preview();
                int code = DryRun.report(preview, wanted.app(), where, cli.console());
                output.print(Documents.preview(wanted.app(), found.name(), preview, code), loud);
                return code;
            }
            Done done = target.inPlace ? restoreInPlace(run, workspace) : restore(run, wanted.app(), cli);
            output.print(done.document(), loud);
            return done.exitCode();
        }
    }

    /** An archive that was named by its key is taken as it is named. */
    private void checkEncrypted(RestoreChoice found, Optional<Policy> policy, Workspace workspace)
            throws CommandException {
        if (!(found instanceof RestoreChoice.OfSnapshot chosen)) {
            return;
        }
        identity.open(cli);
        boolean named = archive.isPresent() || !wanted.wanted(workspace).isLatest();
        PlainSnapshot plain = new PlainSnapshot(identity.isGiven(), workspace.encrypts(policy), named);
        Optional<String> refusal = plain.refusal(chosen.snapshot());
        if (refusal.isPresent()) {
            throw new CommandException(
                    ExitCode.FAILED,
                    refusal.get() + " (--snapshot " + chosen.snapshot().folder().id() + ")");
        }
        plain.warning(chosen.snapshot()).ifPresent(cli.console()::warn);
    }

    private void checkChoice() throws CommandException {
        if (archive.isPresent() && wanted.isGiven()) {
            throw new CommandException(
                    ExitCode.USAGE,
                    "--archive and " + (wanted.isNamed() ? "--snapshot" : "--at")
                            + " both say what to restore; choose one");
        }
        if (target.inPlace && !wanted.isNamed() && archive.isEmpty()) {
            throw new CommandException(
                    ExitCode.USAGE,
                    "--in-place replaces what is there, so it needs --snapshot; doksnap list " + wanted.app()
                            + " shows the ids, and 'latest' is the newest");
        }
    }

    /** Where in place is; nothing else needs to ask for it. */
    private List<Source> declared(Optional<Policy> policy, Workspace workspace) {
        return policy.map(of -> target.inPlace ? workspace.trees().settled(of) : of.sources())
                .orElse(List.of());
    }

    /** A key that was given for this command stays in this process, which may not replace anything while an operator runs. */
    private Done throughOperator(Workspace workspace, SnapshotSearch.Found where)
            throws CommandException, DataDirectoryException {
        if (identity.isGiven() && OperatorClient.hasRun(workspace)) {
            throw new CommandException(
                    ExitCode.BUSY,
                    "an operator, or another command, is at work with the data directory "
                            + workspace.dataDirectoryPath()
                            + ", and a key of your own never leaves this command: wait until it is done, or restore to a new place (--to-volume or"
                            + " --to-directory) and copy from there, or, for an app of config.yaml, stop the operator first");
        }
        if (identity.isGiven()
                || where.choice() instanceof RestoreChoice.OfArchive
                || !OperatorClient.hasRun(workspace)) {
            workspace.dataDirectory().close();
        }
        try (OperatorClient operator = OperatorClient.of(workspace)) {
            List<String> sources =
                    wanted.source().or(where.choice()::source).stream().toList();
            return new RemoteRestore(operator, cli)
                    .run(wanted.app(), where.choice().name(), where.destination(), sources, include);
        }
    }

    private Done restoreInPlace(RestoreRun run, Workspace workspace) throws DataDirectoryException {
        // A backup that read the source meanwhile would commit a mixture of both.
        DataDirectory held = workspace.dataDirectory();
        try {
            return restore(run, wanted.app(), cli);
        } finally {
            held.close();
        }
    }

    /** How it went, for programs, and the code that the command ends with. */
    record Done(ObjectNode document, int exitCode) {}

    private Includes includes() throws CommandException {
        try {
            return Includes.of(include);
        } catch (PatternSyntaxException e) {
            throw new CommandException(
                    ExitCode.USAGE, "--include " + e.getPattern() + " is no glob: " + e.getDescription());
        }
    }

    /** Restores, and says how it went. */
    static Done restore(RestoreRun run, String name, Cli cli) {
        Instant started = cli.clock().instant();
        try (Interruption interruption = new Interruption(cli.console())) {
            RestoreOutcome outcome;
            try (ProgressLine progress =
                    new ProgressLine(cli.console(), name + ": reading", run::bytesRead, run.bytesInAll())) {
                progress.show();
                outcome = run.execute(interruption.cancellation());
            }
            int code = report(name, outcome, run.loadsDatabase(), started, cli);
            return new Done(Documents.restore(name, outcome, code), code);
        }
    }

    private static int report(String name, RestoreOutcome outcome, boolean intoDatabase, Instant started, Cli cli) {
        Console console = cli.console();
        if (outcome instanceof RestoreOutcome.Failed failed) {
            console.error(name + ": restore failed (" + failed.reason() + "): " + failed.message());
            return ExitCode.of(failed.reason());
        }
        RestoreOutcome.Restored restored = (RestoreOutcome.Restored) outcome;
        if (!Privilege.isRoot() && !intoDatabase) {
            console.warn("owners were not restored, as that takes root: everything belongs to you");
        }
        restored.stats().warnings().forEach(warning -> console.warn(name + ": " + warning));
        console.out()
                .println(name
                        + (intoDatabase
                                ? ": loaded a dump of "
                                : ": restored " + Sizes.count(restored.stats().files(), "file", "files") + ", ")
                        + Sizes.bytes(restored.plainBytes()) + ", from "
                        + restored.name() + " into " + restored.target() + " in "
                        + Sizes.duration(Duration.between(started, cli.clock().instant())));
        restored.notes().forEach(note -> console.say(name + ": " + note));
        return ExitCode.OK;
    }

    private boolean confirmed(RestoreChoice found) {
        String where = target.service.isPresent() ? "the databases of " + target.service.get() : wanted.app();
        String what = target.service.isPresent() && include.isEmpty()
                ? where
                : include.isEmpty()
                        ? "everything that " + where + " has now"
                        : "what matches " + String.join(", ", include) + " in " + where;
        cli.console().err().print("Replace " + what + " by " + found.describe() + "? Type yes: ");
        cli.console().err().flush();
        Scanner answers = new Scanner(System.in, Charset.defaultCharset());
        return answers.hasNextLine() && answers.nextLine().strip().equalsIgnoreCase("yes");
    }
}
