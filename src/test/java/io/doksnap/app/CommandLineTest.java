package io.doksnap.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.api.Reason;
import io.doksnap.testing.SettableClock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CommandLineTest {
    private static final List<String> COMMANDS = List.of(
            "quickstart",
            "run",
            "backup",
            "status",
            "health",
            "logs",
            "list",
            "ls",
            "restore",
            "verify",
            "prune",
            "validate",
            "migrate",
            "keygen",
            "recovery-kit",
            "kubeconfig");

    @TempDir
    private Path home;

    private String config;
    private Path data;

    @BeforeEach
    void configure() throws IOException {
        data = Files.createDirectory(home.resolve("data"));
        config = home.resolve("config.yaml").toString();
        Files.writeString(Path.of(config), configuration(""));
    }

    @Test
    void noCommandIsAMistakeThatPointsToTheHelp() {
        assertThat(run()).isEqualTo(new Ended(2, "", "error: Missing command: say what to do\nSee: doksnap --help\n"));
    }

    @Test
    void misspelledCommandIsSuggested() {
        assertThat(run("bakup"))
                .isEqualTo(new Ended(
                        2,
                        "",
                        "error: Unmatched argument at index 0: 'bakup'\nDid you mean: doksnap backup or doksnap kubeconfig?\nSee: doksnap"
                                + " --help\n"));
    }

    @Test
    void mistakeInACommandPointsToThatCommandsHelp() {
        assertThat(run("restore", "shop").err()).endsWith("See: doksnap restore --help\n");
        assertThat(run("backup").err())
                .isEqualTo("error: Missing required parameter: 'NAME'\nSee: doksnap backup --help\n");
        assertThat(run("restore", "shop", "--to-directory", "x", "--in-place").err())
                .startsWith("error: --to-directory=DIR, --in-place are mutually exclusive");
    }

    @Test
    void helpListsEveryCommandAndEveryExitCode() {
        Ended help = run("--help");
        assertThat(help.code()).isZero();
        assertThat(help.out()).contains(COMMANDS);
        // A long line is wrapped.
        String text = help.out().replaceAll("\\s+", " ");
        ExitCode.help().forEach((code, meaning) -> assertThat(text).contains(" " + code + " " + meaning));
    }

    @TestFactory
    Stream<DynamicTest> everyCommandHasHelpOnTheStandardOutput() {
        return COMMANDS.stream()
                .map(command -> DynamicTest.dynamicTest(command, () -> {
                    Ended help = run(command, "--help");
                    assertThat(help.code()).isZero();
                    assertThat(help.err()).isEmpty();
                    assertThat(help.out())
                            .startsWith("Usage: doksnap " + command)
                            .contains("--version");
                }));
    }

    @Test
    void everyReasonHasAnExitCodeThatIsDocumented() {
        for (Reason reason : Reason.values()) {
            assertThat(ExitCode.help()).containsKey(String.valueOf(ExitCode.of(reason)));
        }
        assertThat(Stream.of(Reason.values()).filter(reason -> ExitCode.of(reason) == 0))
                .containsExactlyInAnyOrder(
                        Reason.SUCCEEDED,
                        Reason.AVAILABLE,
                        Reason.SUCCEEDED_WITH_WARNINGS,
                        Reason.SCHEDULED,
                        Reason.SUSPENDED,
                        Reason.RESTORED,
                        Reason.NOT_QUIESCED,
                        Reason.WITHIN_WINDOW,
                        Reason.PRUNED,
                        Reason.NOTHING_TO_PRUNE,
                        Reason.VERIFIED);
    }

    @Test
    void backupPrintsItsResultToTheStandardOutputAndNothingElse() throws IOException {
        Files.writeString(data.resolve("a.txt"), "hello\n");
        Ended backup = run("backup", "shop", "-c", config);
        assertThat(backup.err()).isEmpty();
        assertThat(backup.code()).isZero();
        assertThat(backup.out())
                .matches("shop: backed up 1 file, 4\\.6 kB; stored \\d+ B, not encrypted in 0\\.0 s\n"
                        + "snapshot 20261122_020000_[0-9a-f]{8} in " + home.resolve("store") + "\n");
        Ended list = run("list", "-c", config);
        assertThat(list.out().lines())
                .hasSize(2)
                .anyMatch(line -> line.matches(
                        "shop +20261122_020000_[0-9a-f]{8} +just now +host1 +1 +4\\.6 kB +\\d+ B +none +-"));
        assertThat(run("list", "-c", config, "other").out()).isEqualTo("no snapshots of other in " + home + "/store\n");
    }

    @Test
    void unknownAppListsThoseThatThereAre() {
        assertThat(run("backup", "shopp", "-c", config))
                .isEqualTo(new Ended(4, "", "error: there is no app shopp in the configuration; it has shop\n"));
    }

    @Test
    void everyProblemOfTheConfigurationIsALineOfItsOwn() throws IOException {
        Files.writeString(Path.of(config), configuration("    wrong: 1\n    timeout: never\n"));
        Ended ended = run("backup", "shop", "-c", config);
        assertThat(ended.code()).isEqualTo(3);
        assertThat(ended.err().lines()).hasSize(2).allMatch(line -> line.startsWith("error: "));
    }

    @Test
    void inPlaceNeedsAnExplicitSnapshot() {
        Ended ended = run("restore", "shop", "--in-place", "-c", config);
        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.err()).contains("it needs --snapshot").contains("doksnap list shop");
    }

    /** Picocli leaves an Optional without a default at null where it does not know better; each command has run with none. */
    @Test
    void optionsThatAreNotGivenAreEmptyAndNeverNull() throws IOException {
        Files.writeString(data.resolve("a.txt"), "hello\n");
        run("backup", "shop", "-c", config);
        assertThat(run("list", "-c", config).code()).isZero();
        String target = home.resolve("new").toString();
        assertThat(run("restore", "shop", "-c", config, "--to-directory", target)
                        .code())
                .isZero();
        assertThat(run("restore", "shop", "-c", config, "--to-volume", "nowhere")
                        .err())
                .contains("restore failed (DockerUnavailable)");
        assertThat(run("restore", "shop", "-c", config, "--in-place", "--snapshot", "latest")
                        .code())
                .isZero();
        assertThat(run("verify", "-c", config).code()).isZero();
        assertThat(run("keygen").code()).isZero();
        assertThat(run("recovery-kit", "-c", config).code()).isZero();
    }

    @Test
    void privateKeyIsPrintedAndThePublicOneWrittenWhereAskedFor() throws IOException {
        Path file = home.resolve("public.asc");
        Ended keygen = run("keygen", "--public-key-file", file.toString());
        assertThat(keygen.out()).startsWith("-----BEGIN PGP PRIVATE KEY BLOCK-----");
        assertThat(keygen.out()).doesNotContain("PUBLIC KEY");
        assertThat(keygen.err()).contains("fingerprint: ").doesNotContain("BEGIN");
        assertThat(file).content().startsWith("-----BEGIN PGP PUBLIC KEY BLOCK-----");
        assertThat(run("keygen", "--public-key-file", "").code()).isEqualTo(2);
        Ended again = run("keygen", "--public-key-file", file.toString());
        assertThat(again)
                .isEqualTo(new Ended(2, "", "error: " + file + " exists already; name another file, or remove it\n"));
    }

    @Test
    void privateKeyIsWrittenForItsUserAloneAndNeverOverAnother() throws IOException {
        Path mine = home.resolve("private.asc");
        Path theirs = home.resolve("public.asc");
        String[] command = {"keygen", "--public-key-file", theirs.toString(), "--private-key-file", mine.toString()};
        Ended keygen = run(command);
        assertThat(keygen.out()).isEmpty();
        assertThat(keygen.err()).contains("private key: " + mine + ", kept nowhere else; store it away");
        assertThat(mine).content().startsWith("-----BEGIN PGP PRIVATE KEY BLOCK-----");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(mine)))
                .isEqualTo("rw-------");
        String key = Files.readString(mine);
        assertThat(run(command).code()).isEqualTo(2);
        Files.delete(theirs);
        assertThat(run(command))
                .isEqualTo(new Ended(2, "", "error: " + mine + " exists already; name another file, or remove it\n"));
        assertThat(theirs).doesNotExist();
        assertThat(mine).content().isEqualTo(key);
    }

    @Test
    void halfAPairIsNotLeftBehind() {
        Path mine = home.resolve("identity.txt");
        Ended keygen = run(
                "keygen",
                "--method",
                "age",
                "--private-key-file",
                mine.toString(),
                "--public-key-file",
                home.resolve("none/recipients.txt").toString());
        assertThat(keygen.code()).isEqualTo(1);
        assertThat(keygen.err())
                .isEqualTo(
                        "error: cannot write " + home.resolve("none/recipients.txt") + ": no such file or directory\n");
        assertThat(mine).doesNotExist();
    }

    @Test
    void keyPairOfAgeIsPrintedAsAgeKeygenPrintsIt() throws IOException {
        Ended keygen = run("keygen", "--method", "age");
        assertThat(keygen.out())
                .matches(
                        "# created: 2026-11-22T02:00:00Z\n# public key: age1[a-z0-9]{58}\nAGE-SECRET-KEY-1[A-Z0-9]{58}\n");
        assertThat(keygen.err())
                .contains("public key, for encryption.recipients or AGE_RECIPIENTS: age1")
                .doesNotContain("SECRET");
        Path file = home.resolve("recipients.txt");
        Ended written = run("keygen", "--method", "age", "--public-key-file", file.toString());
        assertThat(file).content().matches("age1[a-z0-9]{58}\n");
        assertThat(written.out()).contains(Files.readString(file).strip());
        assertThat(run("keygen", "--method", "rot13").code()).isEqualTo(2);
    }

    @Test
    void passphraseIsSpokenOfOnlyWhereAKeyIsLocked() throws IOException {
        Files.writeString(data.resolve("a.txt"), "hello\n");
        run("backup", "shop", "-c", config);
        Path notes = Files.writeString(home.resolve("notes.txt"), "no key at all\n");
        Ended ended =
                run("restore", "shop", "-c", config, "--to-directory", home + "/new", "--identity", notes.toString());
        assertThat(ended.code()).isEqualTo(3);
        assertThat(ended.err()).contains("holds no OpenPGP private key").doesNotContain("passphrase");
    }

    @Test
    void fileOfAKeyOrAPasswordThatCannotBeUsedIsNamedWithTheReasonInWords() throws IOException {
        Files.writeString(data.resolve("a.txt"), "hello\n");
        run("backup", "shop", "-c", config);
        Path nowhere = home.resolve("missing/public.asc");
        assertThat(run("keygen", "--public-key-file", nowhere.toString()).err())
                .isEqualTo("error: cannot write " + nowhere + ": no such file or directory\n");
        assertThat(run("restore", "shop", "-c", config, "--to-directory", home + "/new", "--identity", home + "")
                        .err())
                .isEqualTo("error: cannot read the key file " + home + ": Is a directory\n");
        assertThat(run("restore", "shop", "-c", config, "--to-directory", home + "/new", "--password-file", home + "")
                        .err())
                .isEqualTo("error: cannot read the password from " + home + ": Is a directory\n");
        String below = config + "/key";
        assertThat(run("restore", "shop", "-c", config, "--to-directory", home + "/new", "--identity", below)
                        .err())
                .isEqualTo("error: cannot read the key file " + below + ": Not a directory\n");
    }

    @Test
    void whatAFileNameCanHoldDoesNotReachTheTerminal() {
        assertThat(Console.oneLine("a\u001b[2Jb\nc\u0085d Grüße")).isEqualTo("a\\x1b[2Jb\\nc\\x85d Grüße");
    }

    @Test
    void validateSaysWhatIsConfigured() {
        Ended validate = run("validate", config);
        assertThat(validate.err()).isEmpty();
        assertThat(validate.out())
                .isEqualTo(config + " is valid: 1 app\n  shop: daily (UTC), next at 2026-11-23T00:00:00Z\n");
    }

    @Test
    void validateNamesAKeyThatNoBackupCouldUse() throws IOException {
        Files.writeString(home.resolve("notes.asc"), "no key at all\n");
        Files.writeString(
                Path.of(config),
                configuration("").replace("method: none", "method: gpg\n  public_key_file: notes.asc"));
        Ended validate = run("validate", config);
        assertThat(validate.code()).isEqualTo(3);
        assertThat(validate.out()).isEmpty();
        assertThat(validate.err().lines())
                .singleElement()
                .asString()
                .startsWith("error: config.yaml:5: encryption.public_key_file holds no");
        assertThat(run("backup", "shop", "-c", config).err()).isEqualTo(validate.err());
    }

    @Test
    void validateSaysOfABackupThatItWouldBeRefusedAndOfNoOther() throws IOException {
        Files.writeString(Path.of(config), configuration("    hooks:\n      pre_backup: sleep 1\n"));
        Ended hooks = run("validate", config);
        assertThat(hooks.code()).as(hooks.toString()).isZero();
        assertThat(hooks.err()).doesNotContain("refused");
        String dump = """
                  - name: db
                    target:
                      container: db
                    sources:
                      - dump: postgres
                    schedule: daily
                """;
        Files.writeString(Path.of(config), configuration(dump));
        assertThat(run("validate", config).err()).isEmpty();
        Files.writeString(Path.of(config), configuration(dump + "    quiesce: {mode: stop}\n"));
        assertThat(run("validate", config).err())
                .contains("warning: db: its backup is refused: ")
                .doesNotContain("shop");
    }

    @Test
    void validateSaysOfADrillThatItIsToCome() throws IOException {
        Files.writeString(
                Path.of(config), configuration("    verify: {schedule: weekly, level: drill, command: [\"true\"]}\n"));
        Ended validate = run("validate", config);
        assertThat(validate.code()).as(validate.toString()).isZero();
        assertThat(validate.err())
                .isEqualTo(
                        "warning: shop: there is no verify.level drill yet: until there is, full is what is done, and"
                                + " verify.command does not run\n");
    }

    @Test
    void targetThatCanBeNoneIsAMistakeInTheCommandLine() {
        assertThat(run("restore", "shop", "-c", config, "--to-volume", "../etc"))
                .isEqualTo(new Ended(
                        2,
                        "",
                        "error: --to-volume: '../etc' is no name of a Docker volume; docker volume ls lists those that"
                                + " there are\n"));
        assertThat(run("restore", "shop", "-c", config, "--to-volume", "").code())
                .isEqualTo(2);
        assertThat(run("restore", "shop", "-c", config, "--to-directory", ""))
                .isEqualTo(new Ended(2, "", "error: --to-directory is empty; name a directory that is new or empty\n"));
    }

    @Test
    void commandsThatNobodyDocumentsDoNotExist() {
        CommandLine line =
                Main.commandLine(new Console(System.out, System.err, false), SettableClock.at("2026-11-22T02:00:00Z"));
        assertThat(new TreeSet<>(line.getSubcommands().keySet())).isEqualTo(new TreeSet<>(COMMANDS));
    }

    private String configuration(String more) {
        return "storage:\n  directory: store\nencryption:\n  method: none\nhost: host1\ndata_dir: state\n"
                + "docker:\n  host: unix:///nowhere/docker.sock\n  allowed_paths: [" + home + "]\n"
                + "apps:\n  - name: shop\n    type: directory\n    source: " + data + "\n    schedule: daily\n" + more;
    }

    private static Ended run(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = new Console(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false);
        int code = Main.commandLine(console, SettableClock.at("2026-11-22T02:00:00Z"))
                .execute(arguments);
        return new Ended(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private record Ended(int code, String out, String err) {}
}
