package io.doksnap.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.testing.SettableClock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command, and what list and prune make of its results, through the command line, with a directory as destination. */
class VerifyCommandTest {
    private static final String ID = "\\d{8}_\\d{6}_[0-9a-f]{8}";

    @TempDir
    private Path home;

    private final SettableClock clock = SettableClock.at("2026-11-10T01:00:00Z");

    @BeforeEach
    void prepare() throws IOException {
        configure("");
        Files.writeString(Files.createDirectories(home.resolve("data")).resolve("file"), "hello\n");
        succeeds("backup", "shop");
    }

    @Test
    void newestSnapshotIsVerifiedByItsDigestsUnlessToldOtherwise() throws IOException {
        clock.advance(Duration.ofDays(1));
        succeeds("backup", "shop");
        Ended verify = run("verify", "shop");
        assertThat(verify.err()).isEmpty();
        assertThat(verify.out())
                .matches("shop: 20261111_010000_[0-9a-f]{8} verified \\(checksum\\): 3 objects, \\d+ B in 0\\.0 s\n");
        assertThat(verify.code()).isZero();
        assertThat(run("verify", "shop", "--level", "presence", "--snapshot", "20261110")
                        .out())
                .startsWith("shop: 20261110_010000_")
                .contains("verified (presence)");
    }

    @Test
    void allSnapshotsAreSummedUp() throws IOException {
        clock.advance(Duration.ofDays(1));
        succeeds("backup", "shop");
        flip(archives().get(0));
        Ended verify = run("verify", "shop", "--all");
        assertThat(verify.code()).isEqualTo(6);
        assertThat(verify.out().lines().toList())
                .hasSize(2)
                .last()
                .isEqualTo("2 snapshots: 1 verified, 1 damaged, 0 not checked to the end");
    }

    @Test
    void whereThereAreSeveralDestinationsEachLineNamesItsOwn() throws IOException {
        Path config = home.resolve("config.yaml");
        Files.writeString(
                config,
                Files.readString(config)
                        .replace(
                                "storage:\n  directory: store\n",
                                "destinations:\n  main: {directory: store}\n  offsite: {directory: second}\n")
                        .replace("name: shop\n", "name: shop\n    destinations: [main, offsite]\n"));
        clock.advance(Duration.ofDays(1));
        succeeds("backup", "shop");
        Files.delete(archives().get(1));
        Ended verify = run("verify", "shop");
        assertThat(verify.err().replaceAll(ID, "ID"))
                .startsWith("error: shop: ID in main is damaged (Mismatch): ")
                .contains("error: shop: ID in main is not to be relied on");
        assertThat(verify.out().replaceAll(ID, "ID")).startsWith("shop: ID in offsite verified (checksum): ");
        assertThat(verify.code()).isEqualTo(6);
    }

    @Test
    void damagedObjectIsNamedWithWhatWasFoundAndWhatToDo() throws IOException {
        Path archive = archives().get(0);
        Files.delete(archive);
        Ended verify = run("verify", "shop");
        assertThat(verify.code()).isEqualTo(6);
        assertThat(verify.out()).isEmpty();
        assertThat(verify.err().replaceAll(ID, "ID").replaceAll("\\d+ bytes", "N bytes"))
                .isEqualTo("error: shop: ID is damaged (Mismatch): backups/shop/host1/ID/shop.tar.zst in "
                        + home.resolve("store") + ": no object instead of N bytes\n"
                        + "error: shop: ID is not to be relied on; make a new backup now (doksnap backup shop), and"
                        + " restore from another snapshot, or put its objects back from a replica and verify again\n");
    }

    @Test
    void listShowsTheStrictestCheckItsAgeAndDamage() throws IOException {
        assertThat(verified()).containsExactly("-");
        succeeds("verify", "shop");
        clock.advance(Duration.ofMinutes(5));
        assertThat(verified()).containsExactly("checksum 5m");
        succeeds("verify", "shop", "--level", "presence");
        clock.advance(Duration.ofHours(3));
        assertThat(verified()).containsExactly("checksum 3h");
        clock.advance(Duration.ofDays(12));
        assertThat(verified()).containsExactly("checksum 12d");
        flip(archives().get(0));
        run("verify", "shop");
        assertThat(verified()).containsExactly("DAMAGED");
        succeeds("verify", "shop", "--level", "presence");
        assertThat(verified()).containsExactly("DAMAGED");
        flip(archives().get(0));
        succeeds("verify", "shop");
        assertThat(verified()).containsExactly("checksum 0m");
        Files.writeString(archives().get(0).resolveSibling("verified.json"), "{");
        assertThat(verified()).containsExactly("UNREADABLE");
    }

    @Test
    void tableStaysWithin120Columns() throws IOException {
        clock.advance(Duration.ofDays(999));
        succeeds("verify", "shop", "--level", "presence");
        clock.advance(Duration.ofDays(999));
        assertThat(run("list").out().lines().toList())
                .hasSize(2)
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(120));
        assertThat(verified()).containsExactly("presence 999d");
    }

    @Test
    void lastCopyThatIsNotDamagedSurvivesThePrune() throws IOException {
        for (int day = 0; day < 4; day++) {
            clock.advance(Duration.ofDays(1));
            succeeds("backup", "shop");
        }
        for (Path archive : archives().subList(2, 5)) {
            flip(archive);
        }
        assertThat(run("verify", "shop", "--all").code()).isEqualTo(6);
        configure("    retention: {keep_last: 1}\n");
        Ended prune = run("prune", "shop");
        assertThat(prune.code()).isZero();
        assertThat(prune.out()).contains("newest good snapshot of source shop");
        assertThat(archives().stream().map(VerifyCommandTest::folder))
                .extracting(id -> id.substring(0, 8))
                .containsExactly("20261111", "20261114");
    }

    @Test
    void withoutANameEveryAppIsVerifiedAndOneThatFailsHidesNoOther() throws IOException {
        configure("  - {name: other, type: directory, source: " + home.resolve("data") + ", schedule: daily}\n");
        Ended verify = run("verify");
        assertThat(verify.code()).isEqualTo(4);
        assertThat(verify.out()).contains("verified (checksum)");
        assertThat(verify.err())
                .isEqualTo("error: there is no snapshot of other in " + home.resolve("store")
                        + "; doksnap list shows what there is\n");
    }

    @Test
    void manifestThatCannotBeReadIsDamage() throws IOException {
        Path manifest = archives().get(0).resolveSibling("manifest.json");
        Files.writeString(manifest, "{");
        Ended verify = run("verify", "shop");
        assertThat(verify.code()).isEqualTo(6);
        assertThat(verify.err())
                .contains("is damaged (Unreadable): ")
                .contains("its manifest cannot be used: it is no complete manifest\n");
    }

    @Test
    void destinationThatCannotBeReachedIsNoDamage() throws IOException {
        Files.move(home.resolve("store"), home.resolve("moved"));
        Files.writeString(home.resolve("store"), "no directory");
        Ended verify = run("verify", "shop");
        assertThat(verify.code()).isEqualTo(5);
        assertThat(verify.err()).doesNotContain("damaged").contains("is not a directory");
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        refused(
                2,
                "there is no level fast; there are presence, checksum and full",
                "verify",
                "shop",
                "--level",
                "fast");
        refused(2, "--level drill is not there yet", "verify", "shop", "--level", "drill");
        refused(2, "it needs the app's NAME", "verify", "--snapshot", "latest");
        refused(2, "mutually exclusive", "verify", "shop", "--all", "--snapshot", "latest");
        refused(4, "there is no snapshot 2020 of shop", "verify", "shop", "--snapshot", "2020");
    }

    private void refused(int code, String message, String... arguments) {
        Ended ended = run(arguments);
        assertThat(ended.code()).isEqualTo(code);
        assertThat(ended.err()).startsWith("error: ").contains(message);
    }

    private void configure(String more) throws IOException {
        Files.writeString(
                home.resolve("config.yaml"),
                "storage:\n  directory: store\nencryption:\n  method: none\nhost: host1\ndata_dir: state\n"
                        + "docker:\n  host: unix:///nowhere/docker.sock\n  allowed_paths: [" + home + "]\n"
                        + "apps:\n  - name: shop\n    type: directory\n    source: " + home.resolve("data")
                        + "\n    schedule: daily\n" + more);
    }

    /** What stands in the last column of the list. */
    private List<String> verified() {
        return run("list")
                .out()
                .lines()
                .skip(1)
                .map(line -> line.substring(line.indexOf(" none ") + 6).strip())
                .toList();
    }

    /** Of all snapshots, oldest first. */
    private List<Path> archives() throws IOException {
        try (Stream<Path> files = Files.walk(home.resolve("store"))) {
            return files.filter(file -> file.toString().endsWith(".tar.zst"))
                    .sorted()
                    .toList();
        }
    }

    private static String folder(Path archive) {
        return archive.getName(archive.getNameCount() - 2).toString();
    }

    private static void flip(Path file) throws IOException {
        byte[] content = Files.readAllBytes(file);
        content[content.length / 2] ^= 1;
        Files.write(file, content);
    }

    private void succeeds(String... arguments) {
        Ended ended = run(arguments);
        assertThat(ended.code()).as(ended.toString()).isZero();
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

    private record Ended(int code, String out, String err) {}
}
