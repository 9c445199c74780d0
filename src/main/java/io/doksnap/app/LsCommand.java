package io.doksnap.app;

import io.doksnap.archive.Decryption;
import io.doksnap.run.FileListing;
import io.doksnap.run.FileListing.ListingException;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code doksnap ls NAME}. */
@Command(
        name = "ls",
        mixinStandardHelpOptions = true,
        description = {
            "Lists the files in one app's snapshot, in the order of the archive.",
            "Paths are shown from the source's root, as restore --include takes them."
        })
final class LsCommand implements Callable<Integer> {
    private final Cli cli;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private ConfigOption config;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private IdentityOptions identity;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private SnapshotOptions wanted;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "PATH",
            description = "a file or directory in the source; default: its root")
    @SuppressWarnings("NullAway.Init")
    private Optional<String> path;

    @Option(names = "-l", description = "with mode, owner and group by number, size in bytes, and time")
    private boolean details;

    @Option(
            names = {"-R", "--recursive"},
            description = "everything below, too")
    private boolean recursive;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private OutputOption output;

    LsCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws Exception {
        try (Workspace workspace = Workspace.openStored(config.file(), cli)) {
            SnapshotSearch.Found where = wanted.search(workspace, cli).find(wanted.app(), wanted.wanted(workspace));
            list(listing(where, workspace), where.choice());
            return ExitCode.OK;
        } catch (ListingException e) {
            throw new CommandException(ExitCode.of(e.reason()), wanted.app() + ": " + e.getMessage());
        }
    }

    private FileListing listing(SnapshotSearch.Found where, Workspace workspace)
            throws ListingException, CommandException, IOException {
        Optional<Decryption> opens = where.choice().decryption(identity, where.store(), workspace, cli);
        if (where.choice() instanceof RestoreChoice.OfSnapshot chosen) {
            return FileListing.of(chosen.snapshot(), wanted.source(), opens, where.store());
        }
        cli.console()
                .say(
                        "the paths are those in the archive; a restore leaves out the directory around everything, and a volume's"
                                + " _data");
        return FileListing.of(((RestoreChoice.OfArchive) where.choice()).archive(), opens, where.store());
    }

    private void list(FileListing listing, RestoreChoice found) throws ListingException, CommandException, IOException {
        if (listing.readsTheArchive()) {
            cli.console()
                    .say(found.name() + " has no list of its files, so its archive is read to the end ("
                            + Sizes.bytes(listing.bytesInAll()) + ")");
        }
        PathChoice choice = new PathChoice(path.orElse(""), recursive);
        try (FileOutput out = output.isJson()
                ? FileOutput.json(found.name(), listing.source(), cli.console().out())
                : FileOutput.lines(details, cli.console().out())) {
            listing.visit(file -> {
                if (choice.shows(file)) {
                    out.add(file);
                }
            });
            out.finish();
        }
        if (!choice.isThere()) {
            throw new CommandException(
                    ExitCode.NOT_FOUND,
                    "there is no " + path.orElse(".") + " in the source " + listing.source() + " of " + found.name()
                            + "; doksnap ls " + wanted.app() + " shows what there is");
        }
    }
}
