package io.doksnap.app;

import io.doksnap.archive.Decryption;
import io.doksnap.archive.openpgp.OpenPgpKeyPair;
import io.doksnap.policy.Policy;
import io.doksnap.run.RestoreRun;
import io.doksnap.run.RestoreTarget;
import io.doksnap.snapshot.CatalogueEntry;
import io.doksnap.snapshot.Manifest;
import io.doksnap.store.ObjectStore;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code doksnap quickstart}: a whole backup and restore on sample data, through the same code as the real commands. */
@Command(
        name = "quickstart",
        mixinStandardHelpOptions = true,
        description = {
            "Shows a whole backup and restore on sample data, with nothing to set up.",
            "Makes one folder, and a Docker volume where an engine answers; --clean removes both again."
        })
final class QuickstartCommand implements Callable<Integer> {
    private static final String APP = "sample";

    private final Cli cli;
    private final PrintStream out;

    @Option(
            names = "--directory",
            paramLabel = "DIR",
            description = "where to keep everything; default: ~/doksnap-quickstart")
    private @Nullable Path directory;

    @Option(names = "--clean", description = "remove everything that an earlier quickstart made")
    private boolean clean;

    QuickstartCommand(Cli cli) {
        this.cli = cli;
        this.out = cli.console().out();
    }

    @Override
    public Integer call() throws Exception {
        Path folder = directory == null
                ? cli.home().resolve("doksnap-quickstart")
                : directory.toAbsolutePath().normalize();
        try (QuickstartPlace place = new QuickstartPlace(folder, cli.environment())) {
            return clean ? clean(place) : run(place);
        }
    }

    private int clean(QuickstartPlace place) throws IOException {
        if (!place.exists()) {
            out.println("nothing to clean: there is no quickstart in " + place.folder());
            return ExitCode.OK;
        }
        String volume = place.hasVolume() ? " and the Docker volume " + QuickstartPlace.VOLUME : "";
        place.remove();
        out.println("removed " + place.folder() + volume);
        return ExitCode.OK;
    }

    private int run(QuickstartPlace place) throws Exception {
        out.println("A whole backup and restore on sample data; nothing of yours is touched.");
        if (place.exists()) {
            out.println("(What an earlier quickstart left in " + place.folder() + " is removed first.)");
            place.remove();
        }
        place.create();

        step(1, "Sample data: files that are hard to keep right");
        QuickstartPlace.Source source = place.source();
        SampleData sample = new SampleData(source.directory(), Privilege.isRoot());
        sample.create();
        TreeListing original = TreeListing.of(source.directory());
        say(
                source.inVolume()
                        ? source.because() + ", so they lie in a Docker volume, " + QuickstartPlace.VOLUME + "."
                        : "In a directory instead of a Docker volume: " + source.because() + ".");
        say(original.size() + " entries in " + source.directory() + ":");
        say("odd names, deep paths, hard and symbolic links, modes, old dates, empty things");

        step(2, "A key pair: what is encrypted with the public half, only the private half opens");
        OpenPgpKeyPair keys =
                OpenPgpKeyPair.generate("doksnap quickstart", cli.clock().instant());
        Path publicKey = write(place, "public-key.asc", keys.publicKey());
        Path privateKey = write(place, "private-key.asc", keys.privateKey());
        say("public:  " + publicKey);
        say("private: " + privateKey + "  (for a real backup, keep this one away from the host)");

        step(3, "A configuration");
        Path config = write(place, "config.yaml", configuration(place, source, publicKey));
        say(config + " says:");
        Files.readAllLines(config).forEach(line -> out.println("     | " + line));

        try (Workspace workspace = Workspace.openForSample(config, cli)) {
            return backUpAndRestore(place, source, sample, original, workspace, keys);
        }
    }

    private int backUpAndRestore(
            QuickstartPlace place,
            QuickstartPlace.Source source,
            SampleData sample,
            TreeListing original,
            Workspace workspace,
            OpenPgpKeyPair keys)
            throws Exception {
        Policy policy = workspace.policy(APP);
        step(4, "Backup:  doksnap backup " + APP);
        int code =
                BackupCommand.backUp(workspace, policy, List.of("default"), cli).exitCode();
        if (code != ExitCode.OK) {
            return code;
        }
        ObjectStore store = workspace.store("default");
        CatalogueEntry.Snapshot snapshot = new Snapshots(store, cli.clock().instant(), cli.console()::warn)
                .find(policy.name(), WantedSnapshot.NEWEST, workspace.knownHost());

        step(5, "A bad day: files are overwritten, deleted and added");
        sample.damage();
        List<String> damage = original.differences(TreeListing.of(source.directory()));
        damage.forEach(this::say);

        step(6, "Restore:  doksnap restore " + APP + " --in-place --snapshot latest --identity private-key.asc");
        Decryption decryption = Decryption.ofKeyFile(
                keys.privateKey().getBytes(StandardCharsets.US_ASCII), "private-key.asc", new char[0]);
        RestoreRun.Request request = new RestoreRun.Request(
                new RestoreTarget.InPlace(),
                Optional.empty(),
                Optional.of(decryption),
                Privilege.isRoot(),
                RandomId.next());
        code = RestoreCommand.restore(
                        new RestoreRun(policy.sources(), snapshot, request, store, workspace.trees()), APP, cli)
                .exitCode();
        if (code != ExitCode.OK) {
            return code;
        }

        step(7, "Comparison with the original: bytes, modes, owners, times, links, attributes");
        List<String> differences = original.differences(TreeListing.of(source.directory()));
        if (!differences.isEmpty()) {
            differences.forEach(this::say);
            cli.console().error(differences.size() + " of " + original.size() + " entries are not as they were");
            return ExitCode.DAMAGED;
        }
        say("all " + original.size() + " entries are exactly as they were");
        whatNext(place, snapshot);
        return ExitCode.OK;
    }

    private void whatNext(QuickstartPlace place, CatalogueEntry.Snapshot snapshot) {
        Manifest.SourceEntry source = snapshot.manifest().sources().get(0);
        Path archive = place.folder()
                .resolve("storage")
                .resolve(snapshot.folder().key(source.objects().get(0).name()));
        out.println();
        out.println("It works. What lies where:");
        say("the archive: " + archive);
        say("everything:  " + place.folder());
        out.println();
        out.println("What next:");
        say("look inside with stock tools alone, in a key ring of its own:");
        out.println("       export GNUPGHOME=$(mktemp -d)");
        out.println("       gpg --import " + word(place.folder().resolve("private-key.asc")));
        out.println("       gpg -d " + word(archive) + " | zstd -d | tar tv");
        say("list it:                 ./doksnap list -c " + word(place.folder().resolve("config.yaml")));
        say("back up your own data:   copy config.yaml.example to config.yaml, then ./doksnap validate");
        say("remove all of the above: ./doksnap quickstart --clean"
                + (directory == null ? "" : " --directory " + word(place.folder())));
    }

    private static String configuration(QuickstartPlace place, QuickstartPlace.Source source, Path publicKey) {
        String app = source.inVolume()
                ? "    type: volume\n    source: " + QuickstartPlace.VOLUME + "\n"
                : "    type: directory\n    source: " + quoted(source.directory()) + "\n";
        String allowed = source.inVolume() ? "" : "docker:\n  allowed_paths: [" + quoted(source.directory()) + "]\n";
        return "storage:\n  directory: " + quoted(place.folder().resolve("storage")) + "\n"
                + "encryption:\n  method: gpg\n  public_key_file: " + quoted(publicKey) + "\n"
                + "host: quickstart\n"
                + "data_dir: " + quoted(place.folder().resolve("state")) + "\n"
                + allowed
                + "apps:\n  - name: " + APP + "\n" + app + "    schedule: \"0 2 * * *\"\n";
    }

    /** As it can be pasted into a shell. */
    private static String word(Path path) {
        String text = path.toString();
        return text.matches("[A-Za-z0-9/_.,:+=@%-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }

    private static String quoted(Path path) {
        return "\"" + path.toString().replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    private static Path write(QuickstartPlace place, String name, String content) throws IOException {
        Path file = place.folder().resolve(name);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(file, content);
    }

    private void step(int number, String title) {
        out.println();
        out.println(number + ". " + title);
    }

    private void say(String text) {
        out.println("   " + text);
    }
}
