package io.doksnap.app;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.testing.SettableClock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the original program left, beside our own snapshots in two directories as destinations: all of it in the one, one of it in both. */
class OriginalsInSeveralPlacesTest {
    private static final String OLDEST = "backups/myapp/20231101_020005_myapp_20231101_020000.tar.gz.enc";
    private static final String MIDDLE = "backups/myapp/20240101_020005Z_myapp_20240101_020000.tar.gz.enc";
    private static final String NEWEST = "backups/myapp/20240102_020006Z_myapp_20240102_020000.tar.gz.gpg";

    @TempDir
    private Path home;

    private final SettableClock clock = SettableClock.at("2026-11-10T01:00:00Z");

    @BeforeEach
    void prepare() throws IOException {
        Files.writeString(Files.createDirectories(home.resolve("data")).resolve("file"), "hello\n");
        Files.writeString(home.resolve("today.txt"), "of today\n");
        Files.writeString(home.resolve("before.txt"), "correct horse battery staple\n");
        Files.write(home.resolve("secret.asc"), resource("fixture-secret-key.asc"));
        put("main", NEWEST);
        for (String key : List.of(OLDEST, MIDDLE, NEWEST)) {
            put("offsite", key);
        }
        configure("");
        assertThat(run("backup", "myapp").code()).isZero();
    }

    @Test
    void listShowsEachOnceWithWhereItIsInABoundedWidth() {
        Ended list = run("list");
        assertThat(list.code()).as(list.toString()).isZero();
        assertThat(list.out().lines().map(line -> line.replaceAll(" +", " ").replaceAll("\\d+ days ago", "...")))
                .satisfiesExactly(
                        head -> assertThat(head).endsWith("ENCRYPTED VERIFIED DESTINATIONS"),
                        row -> assertThat(row)
                                .matches("myapp 20231101_020005 ... \\(original\\) - - .* aes256 - offsite"),
                        row -> assertThat(row)
                                .matches("myapp 20240101_020005Z ... \\(original\\) - - .* aes256 - offsite"),
                        row -> assertThat(row)
                                .matches("myapp 20240102_020006Z ... \\(original\\) - - .* gpg - main,offsite"),
                        row -> assertThat(row).matches("myapp 20261110_010000_.* host1 1 .* aes256 - main,offsite"));
        assertThat(list.out().lines())
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(134));
    }

    @Test
    void eachIsRestoredByItsIdOrKeyFromWhereItIsWithWhicheverPasswordFits() throws IOException {
        for (String[] choice : new String[][] {
            {"--snapshot", "20231101_020005"},
            {"--snapshot", "20240101_020005Z"},
            {"--archive", MIDDLE},
            {"--snapshot", "20240102_020006Z", "--identity", home.resolve("secret.asc") + ""},
            {"--archive", NEWEST, "--destination", "offsite", "--identity", home.resolve("secret.asc") + ""}
        }) {
            Path target = home.resolve("restored-" + String.join("-", choice).hashCode());
            Ended restored = run(
                    Stream.concat(Stream.of("restore", "myapp", "--to-directory", target.toString()), Stream.of(choice))
                            .toArray(String[]::new));
            assertThat(restored.code()).as(restored.toString()).isZero();
            // The configuration says that the app is a directory, so only that is taken off which is not its own.
            assertThat(target.resolve("_data/index.txt")).exists();
        }
        Ended wrong = run(
                "restore",
                "myapp",
                "--archive",
                MIDDLE,
                "--to-directory",
                home.resolve("wrong") + "",
                "--password-file",
                home.resolve("today.txt") + "");
        assertThat(wrong.code()).as("a password that was given wins").isEqualTo(ExitCode.CONFIGURATION);
        assertThat(wrong.err()).contains("the password does not open this archive");
        Ended missing =
                run("restore", "myapp", "--archive", MIDDLE, "--destination", "main", "--to-directory", home + "/none");
        assertThat(missing.code()).isEqualTo(ExitCode.NOT_FOUND);
        Ended nowhere = run("restore", "myapp", "--archive", "backups/no.jpg", "--to-directory", home + "/none");
        assertThat(nowhere.code()).isEqualTo(ExitCode.USAGE);
        assertThat(nowhere.err().lines()).hasSize(1);
        assertThat(home.resolve("wrong")).doesNotExist();
    }

    @Test
    void newestToRestoreIsOursAndSoIsTheNewestToVerify() {
        Ended restored = run("restore", "myapp", "--to-directory", home.resolve("ours") + "");
        assertThat(restored.code()).as(restored.toString()).isZero();
        assertThat(home.resolve("ours/file")).hasContent("hello");
        Ended verified = run("verify", "myapp");
        assertThat(verified.code()).as(verified.toString()).isZero();
        assertThat(verified.out()).contains("myapp: 20261110_010000_").doesNotContain("2024");
    }

    @Test
    void verificationOfAllSaysWhatCannotBeCheckedAndDamagesNothing() throws IOException {
        Ended checksum = run("verify", "myapp", "--all");
        assertThat(checksum.code()).isEqualTo(ExitCode.FAILED);
        assertThat(checksum.err().lines())
                .hasSize(4)
                .allSatisfy(line -> assertThat(line)
                        .contains("could not be verified (NotYet): it is of the original program, which left no"
                                + " manifest"));
        assertThat(checksum.out()).contains("6 snapshots: 2 verified, 0 damaged, 4 not checked to the end");

        Ended full = run("verify", "myapp", "--snapshot", "20231101_020005", "--level", "full");
        assertThat(full.code()).as(full.toString()).isZero();
        assertThat(full.out())
                .matches(
                        "myapp: 20231101_020005 in offsite verified \\(full\\): 1 object, .* and no manifest to compare with, in"
                                + " .* s\n");
        Ended all = run(
                "verify",
                "myapp",
                "--all",
                "--level",
                "full",
                "--destination",
                "offsite",
                "--identity",
                home + "/secret.asc");
        assertThat(all.out()).as(all.toString()).contains("verified (full): 1 object, 895 B and no manifest");
        assertThat(all.out()).contains("myapp: 20240101_020005Z in offsite verified (full)");
        Ended presence = run("verify", "myapp", "--all", "--level", "presence");
        assertThat(presence.code()).as(presence.toString()).isZero();
        assertThat(home.resolve("offsite/backups/myapp"))
                .isDirectoryNotContaining("regex:.*/verified.json")
                .isDirectoryNotContaining("regex:.*/20.*[^gc]");
    }

    @Test
    void prunesEachDestinationOnItsOwnAndConfirmsInEach() throws IOException {
        configure("    retention: {keep_last: 1}\n");
        Ended refused = run("prune", "myapp");
        assertThat(refused.code()).isEqualTo(ExitCode.FAILED);
        assertThat(refused.err().lines())
                .satisfiesExactly(
                        line -> assertThat(line)
                                .startsWith("error: myapp in " + home.resolve("main") + ": 1 archive of the original"),
                        line -> assertThat(line)
                                .startsWith(
                                        "error: myapp in " + home.resolve("offsite") + ": 3 archives of the original"));
        Ended backup = run("backup", "myapp");
        assertThat(backup.code()).isZero();
        assertThat(backup.err().lines())
                .satisfiesExactly(
                        line -> assertThat(line).contains("retention in main leaves some snapshots (Refused): 1"),
                        line -> assertThat(line).contains("retention in offsite leaves some snapshots (Refused): 3"));
        assertThat(home.resolve("offsite").resolve(OLDEST)).exists();

        Ended confirmed = run("prune", "myapp", "--confirm");
        assertThat(confirmed.code()).as(confirmed.toString()).isZero();
        for (String key : List.of(OLDEST, MIDDLE, NEWEST)) {
            assertThat(home.resolve("main").resolve(key)).doesNotExist();
            assertThat(home.resolve("offsite").resolve(key)).doesNotExist();
        }
        assertThat(run("list").out().lines()).hasSize(2);
    }

    private void put(String destination, String key) throws IOException {
        Path file = home.resolve(destination).resolve(key);
        Files.createDirectories(file.getParent());
        Files.write(file, resource(key));
    }

    private void configure(String more) throws IOException {
        Files.writeString(home.resolve("config.yaml"), """
                destinations:
                  main: {directory: main}
                  offsite: {directory: offsite}
                encryption:
                  method: aes256
                  password_file: today.txt
                  previous:
                    - {password_file: before.txt}
                host: host1
                data_dir: state
                docker: {host: 'unix:///nowhere/docker.sock', allowed_paths: [%1$s]}
                apps:
                  - name: myapp
                    type: directory
                    source: %1$s/data
                    destinations: [main, offsite]
                """.formatted(home) + more);
    }

    private Ended run(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = new Console(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false);
        String[] line = Stream.concat(
                        Stream.of(arguments),
                        Stream.of("-c", home.resolve("config.yaml").toString()))
                .toArray(String[]::new);
        int code = Main.commandLine(console, clock).execute(line);
        return new Ended(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = requireNonNull(
                OriginalsInSeveralPlacesTest.class.getResourceAsStream("/io/doksnap/original/" + name))) {
            return in.readAllBytes();
        }
    }

    private record Ended(int code, String out, String err) {}
}
