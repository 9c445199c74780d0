package io.doksnap.app;

import io.doksnap.archive.Decryption;
import io.doksnap.policy.Policy;
import io.doksnap.policy.VerifyLevel;
import io.doksnap.run.KeyChoice;
import io.doksnap.run.PlainSnapshot;
import io.doksnap.run.VerifyOutcome;
import io.doksnap.run.VerifyRun;
import io.doksnap.snapshot.CatalogueEntry;
import io.doksnap.snapshot.LooseArchive;
import io.doksnap.store.ObjectStore;
import io.doksnap.store.StoreException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code doksnap verify [NAME]}. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = {
            "Checks that what is stored is what was stored, and names every object that is not.",
            "The result is kept beside the snapshot: doksnap list shows it, and retention does not count damaged copies"
                    + " as good ones."
        })
final class VerifyCommand implements Callable<Integer> {
    private Cli cli;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private ConfigOption config;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private IdentityOptions identity;

    @Parameters(
            paramLabel = "NAME",
            arity = "0..1",
            description = "the app; it need not be configured any more. Default: every app that is configured")
    @SuppressWarnings("NullAway.Init")
    private Optional<String> name;

    @Option(
            names = "--level",
            paramLabel = "LEVEL",
            defaultValue = "checksum",
            description = {
                "how closely to look; default: checksum",
                "presence: every object is there, with its size",
                "checksum: every object is read, and its SHA-256 compared; needs no key",
                "full: every archive is decrypted, decompressed and read to its end; writes nothing, and needs the key"
            })
    @SuppressWarnings("NullAway.Init")
    private String level;

    @ArgGroup
    private @Nullable Which which;

    @Option(
            names = "--destination",
            paramLabel = "DESTINATION",
            description = "only what is in this destination, where there are several")
    @SuppressWarnings("NullAway.Init")
    private Optional<String> destination;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private OutputOption output;

    VerifyCommand(Cli cli) {
        this.cli = cli;
    }

    /** Which snapshots of an app; at most one. */
    static final class Which {
        @Option(
                names = "--snapshot",
                paramLabel = "ID",
                description =
                        "one snapshot, by its id or the beginning of it, or 'latest'; default: the newest of this host")
        private @Nullable String snapshot;

        @Option(
                names = "--at",
                paramLabel = "TIME",
                description = "the newest snapshot that is no younger than this; as restore takes it")
        private @Nullable String at;

        @Option(
                names = "--all",
                description = "every snapshot of the app, of whatever host, and of the original program")
        private boolean all;
    }

    @Override
    public Integer call() throws Exception {
        Cli loud = cli;
        cli = output.quieting(cli);
        VerifyLevel wanted = level();
        Optional<String> snapshot = Optional.ofNullable(which).map(chosen -> chosen.snapshot);
        if (name.isEmpty() && (snapshot.isPresent() || at().isPresent())) {
            throw new CommandException(
                    ExitCode.USAGE,
                    (snapshot.isPresent() ? "--snapshot" : "--at")
                            + " says which snapshot of an app, so it needs the app's NAME");
        }
        if (identity.isGiven() && wanted != VerifyLevel.FULL) {
            throw new CommandException(
                    ExitCode.USAGE,
                    "--identity and --password-file open archives, which only --level full does; --level " + wanted
                            + " needs no key");
        }
        // Before Ctrl-C means to end a run in good order: whoever is asked for a passphrase may just leave.
        identity.open(cli);
        try (Workspace workspace = Workspace.openStored(config.file(), cli);
                Interruption interruption = new Interruption(cli.console())) {
            workspace.stepBack();
            VerifyReport report = new VerifyReport(cli.console());
            for (String app : apps(workspace)) {
                if (report.isInterrupted()) {
                    break;
                }
                try {
                    WantedSnapshot meant = WantedSnapshot.of(snapshot, at(), workspace.zone(app));
                    verify(app, meant, wanted, workspace, interruption, report);
                } catch (CommandException e) {
                    report.failed(e.problems(), e.exitCode());
                }
            }
            int code = report.finish();
            output.print(report.document(code), loud);
            return code;
        }
    }

    private Optional<String> at() {
        return Optional.ofNullable(which).map(chosen -> chosen.at);
    }

    private VerifyLevel level() throws CommandException {
        if (level.equals(VerifyLevel.DRILL.toString())) {
            throw new CommandException(
                    ExitCode.USAGE,
                    "--level drill is not there yet: it will restore into a place of its own and run a command of yours on"
                            + " what it finds there; use --level full until then");
        }
        return VerifyLevel.of(level)
                .orElseThrow(() -> new CommandException(
                        ExitCode.USAGE, "there is no level " + level + "; there are presence, checksum and full"));
    }

    private List<String> apps(Workspace workspace) throws CommandException {
        if (name.isPresent()) {
            return List.of(name.get());
        }
        List<String> all = workspace.policies().stream().map(Policy::name).toList();
        if (all.isEmpty()) {
            throw new CommandException(
                    ExitCode.NOT_FOUND, "there is no app in the configuration; give the NAME of one");
        }
        return all;
    }

    private void verify(
            String app,
            WantedSnapshot snapshot,
            VerifyLevel wanted,
            Workspace workspace,
            Interruption interruption,
            VerifyReport report)
            throws Exception {
        List<String> destinations = workspace.destinations(workspace.find(app), destination);
        List<CommandException> missing = new ArrayList<>();
        for (String each : destinations) {
            if (!report.isInterrupted()) {
                try {
                    verify(app, snapshot, wanted, each, workspace, interruption, report);
                } catch (StoreException e) {
                    String where = several(workspace) ? each + ": " : "";
                    report.failed(List.of(app + ": " + where + e.getMessage()), ExitCode.DESTINATION);
                } catch (CommandException e) {
                    missing.add(e);
                }
            }
        }
        // A snapshot that a person named need not be everywhere; the newest one is to be in each.
        boolean elsewhere = snapshot.id().isPresent() && missing.size() < destinations.size();
        for (CommandException e : missing) {
            if (!elsewhere || e.exitCode() != ExitCode.NOT_FOUND) {
                report.failed(e.problems(), e.exitCode());
            }
        }
    }

    private void verify(
            String app,
            WantedSnapshot snapshot,
            VerifyLevel wanted,
            String from,
            Workspace workspace,
            Interruption interruption,
            VerifyReport report)
            throws Exception {
        ObjectStore store = workspace.store(from);
        VerifyReport.Where where = new VerifyReport.Where(from, several(workspace), store.location());
        Snapshots snapshots = new Snapshots(store, cli.clock().instant(), cli.console()::warn);
        List<CatalogueEntry> entries = which != null && which.all
                ? snapshots.all(app)
                : List.of(snapshots.entry(app, snapshot, workspace.knownHost()));
        for (CatalogueEntry entry : entries) {
            if (report.isInterrupted()) {
                return;
            }
            VerifyRun.Request request =
                    new VerifyRun.Request(wanted, decryption(wanted, entry, store, workspace), Version.text());
            Instant started = cli.clock().instant();
            VerifyRun run = new VerifyRun(entry, request, store, cli.clock());
            VerifyOutcome outcome;
            String task = app + " " + entry.place().id() + ": reading";
            try (ProgressLine progress = new ProgressLine(cli.console(), task, run::bytesRead, run.bytesInAll())) {
                progress.show();
                outcome = run.execute(interruption.cancellation());
            }
            report.add(
                    entry, outcome, where, Duration.between(started, cli.clock().instant()));
            warnOfPlain(entry, workspace.encrypts(workspace.find(app)));
        }
    }

    /** That it is whole does not say that it is ours. */
    private void warnOfPlain(CatalogueEntry entry, boolean encrypts) {
        if (entry instanceof CatalogueEntry.Snapshot snapshot) {
            new PlainSnapshot(false, encrypts, true).warning(snapshot).ifPresent(cli.console()::warn);
        }
    }

    private static boolean several(Workspace workspace) {
        return workspace.settings().destinations().size() > 1;
    }

    private Optional<Decryption> decryption(
            VerifyLevel wanted, CatalogueEntry entry, ObjectStore store, Workspace workspace)
            throws CommandException, IOException {
        if (wanted != VerifyLevel.FULL) {
            return Optional.empty();
        }
        if (entry instanceof CatalogueEntry.Snapshot snapshot) {
            return KeyChoice.of(identity.decryptions(snapshot.manifest(), workspace, cli), store, snapshot);
        }
        Optional<LooseArchive> archive = entry instanceof CatalogueEntry.Original original
                ? LooseArchive.find(store, original.archive().key())
                : Optional.empty();
        return archive.isPresent()
                ? KeyChoice.of(identity.decryptions(archive.get(), workspace, cli), store, archive.get())
                : Optional.empty();
    }
}
