package io.doksnap.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.doksnap.testing.SettableClock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With --output json a command prints one document to the standard output, and everything for people elsewhere. */
class JsonOutputTest {
    private static final String ID = "20261110_010000_[0-9a-f]{8}";

    @TempDir
    private Path home;

    private final SettableClock clock = SettableClock.at("2026-11-10T01:00:00Z");

    @BeforeEach
    void prepare() throws IOException {
        configure("    retention: {keep_last: 1}\n");
        Files.writeString(Files.createDirectories(home.resolve("data")).resolve("file"), "hello\n");
    }

    @Test
    void backupSaysWhatWasStoredWhere() throws IOException {
        JsonNode backup = json(0, "backup", "shop");
        assertThat(backup.path("app").asText()).isEqualTo("shop");
        assertThat(backup.path("outcome").asText()).isEqualTo("Succeeded");
        assertThat(backup.path("attempts").asInt()).isEqualTo(1);
        JsonNode snapshot = backup.path("snapshot");
        assertThat(snapshot.path("id").asText()).matches(ID);
        assertThat(snapshot.path("started").asText()).isEqualTo("2026-11-10T01:00:00Z");
        assertThat(snapshot.path("storedBytes").asLong()).isPositive();
        assertThat(snapshot.path("sources").path(0).path("files").asLong()).isEqualTo(1);
        assertThat(backup.path("destinations").path(0).path("stored").asBoolean())
                .isTrue();
        assertThat(backup.path("destinations").path(0).path("name").asText()).isEqualTo("default");
    }

    @Test
    void backupThatFailsSaysWhyWithItsCode() throws IOException {
        Files.delete(home.resolve("data/file"));
        Files.delete(home.resolve("data"));
        JsonNode backup = json(4, "backup", "shop");
        assertThat(backup.path("outcome").asText()).isEqualTo("SourceNotFound");
        assertThat(backup.path("message").asText()).contains("does not exist");
        assertThat(backup.path("exitCode").asInt()).isEqualTo(4);
        assertThat(backup.has("snapshot")).isFalse();
    }

    @Test
    void listShowsEachSnapshotWithWhatVerificationFound() throws IOException {
        assertThat(json(0, "list").path("snapshots")).isEmpty();
        run("backup", "shop");
        JsonNode never = json(0, "list", "shop").path("snapshots").path(0);
        assertThat(never.path("id").asText()).matches(ID);
        assertThat(never.path("host").asText()).isEqualTo("host1");
        assertThat(never.path("destinations").path(0).asText()).isEqualTo("default");
        assertThat(never.has("verified")).isFalse();
        JsonNode verify = json(0, "verify", "shop");
        assertThat(verify.path("snapshots").path(0).path("outcome").asText()).isEqualTo("Verified");
        assertThat(verify.path("snapshots").path(0).path("level").asText()).isEqualTo("checksum");
        JsonNode checked = json(0, "list", "shop").path("snapshots").path(0);
        assertThat(checked.path("verified").path("level").asText()).isEqualTo("checksum");
        assertThat(checked.path("damagedSources")).isEmpty();
    }

    @Test
    void verifyNamesEveryDamagedObject() throws IOException {
        run("backup", "shop");
        Path archive = archive();
        byte[] content = Files.readAllBytes(archive);
        content[content.length / 2] ^= 1;
        Files.write(archive, content);
        JsonNode verify = json(6, "verify", "shop");
        assertThat(verify.path("exitCode").asInt()).isEqualTo(6);
        JsonNode damage = verify.path("snapshots").path(0).path("damages").path(0);
        assertThat(damage.path("key").asText()).endsWith("shop.tar.zst");
        assertThat(damage.path("reason").asText()).isEqualTo("Mismatch");
        assertThat(damage.path("expected").asText()).startsWith("SHA-256 ");
    }

    @Test
    void lsListsFilesAndRestoreSaysWhatItPutWhere() throws IOException {
        run("backup", "shop");
        JsonNode ls = json(0, "ls", "shop");
        assertThat(ls.path("source").asText()).isEqualTo("shop");
        JsonNode file = ls.path("files").path(ls.path("files").size() - 1);
        assertThat(file.path("path").asText()).isEqualTo("file");
        assertThat(file.path("type").asText()).isEqualTo("file");
        assertThat(file.path("size").asLong()).isEqualTo(6);
        assertThat(file.path("mode").asText()).hasSize(4);

        String target = home.resolve("new").toString();
        JsonNode preview = json(0, "restore", "shop", "--to-directory", target, "--dry-run");
        assertThat(preview.path("outcome").asText()).isEqualTo("Possible");
        assertThat(preview.path("files").asLong()).isEqualTo(1);
        JsonNode restored = json(0, "restore", "shop", "--to-directory", target);
        assertThat(restored.path("outcome").asText()).isEqualTo("Restored");
        assertThat(restored.path("target").asText()).isEqualTo(target);
        assertThat(restored.path("snapshot").asText()).matches(ID);
        JsonNode failed = json(1, "restore", "shop", "--to-directory", target);
        assertThat(failed.path("outcome").asText()).isEqualTo("TargetUnusable");
    }

    @Test
    void pruneSaysOfEachSnapshotWhatBecomesOfItAndWhy() throws IOException {
        configure("");
        run("backup", "shop");
        clock.advance(Duration.ofDays(1));
        run("backup", "shop");
        configure("    retention: {keep_last: 1}\n");
        JsonNode planned =
                json(0, "prune", "shop", "--dry-run").path("destinations").path(0);
        assertThat(planned.path("snapshots").path(0).path("action").asText()).isEqualTo("remove");
        assertThat(planned.path("snapshots").path(1).path("action").asText()).isEqualTo("keep");
        assertThat(planned.path("snapshots").path(1).path("reasons").path(0).asText())
                .isEqualTo("last 1");
        JsonNode pruned = json(0, "prune", "shop").path("destinations").path(0);
        assertThat(pruned.path("outcome").asText()).isEqualTo("Pruned");
        assertThat(pruned.path("snapshots").path(0).path("action").asText()).isEqualTo("removed");
    }

    @Test
    void validateGivesAllProblemsAndTheNextRuns() throws IOException {
        JsonNode valid = new ObjectMapper()
                .readTree(run(new String[] {
                            "validate",
                            "--output",
                            "json",
                            home.resolve("config.yaml").toString()
                        })
                        .out());
        assertThat(valid.path("valid").asBoolean()).isTrue();
        assertThat(valid.path("apps").path(0).path("nextRun").asText()).startsWith("2026-11-11T");
        configure("    retntion: {keep_last: 1}\n    schedule: nonsense\n");
        Ended ended = run(new String[] {
            "validate", "--output", "json", home.resolve("config.yaml").toString()
        });
        JsonNode invalid = new ObjectMapper().readTree(ended.out());
        assertThat(ended.code()).isEqualTo(3);
        assertThat(invalid.path("valid").asBoolean()).isFalse();
        assertThat(invalid.path("problems").size()).isPositive();
        assertThat(ended.err()).startsWith("error: ");
    }

    @Test
    void anotherFormatIsRefusedAndWhatEndsEarlyPrintsNoDocument() {
        Ended format = runWithConfig("list", "--output", "xml");
        assertThat(format.code()).isEqualTo(2);
        assertThat(format.err()).contains("'xml' is no format; there are text and json");
        Ended unknown = runWithConfig("backup", "nothing", "--output", "json");
        assertThat(unknown.code()).isEqualTo(4);
        assertThat(unknown.out()).isEmpty();
        assertThat(unknown.err()).startsWith("error: there is no app nothing");
    }

    private JsonNode json(int code, String... arguments) throws IOException {
        Ended ended = runWithConfig(Stream.concat(Stream.of(arguments), Stream.of("--output", "json"))
                .toArray(String[]::new));
        assertThat(ended.code()).as(ended.toString()).isEqualTo(code);
        return new ObjectMapper().readTree(ended.out());
    }

    private void run(String command, String app) {
        Ended ended = runWithConfig(command, app);
        assertThat(ended.code()).as(ended.toString()).isZero();
    }

    private Ended runWithConfig(String... arguments) {
        return run(Stream.concat(
                        Stream.of(arguments),
                        Stream.of("-c", home.resolve("config.yaml").toString()))
                .toArray(String[]::new));
    }

    private Ended run(String[] line) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = new Console(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false);
        int code = Main.commandLine(console, clock).execute(line);
        return new Ended(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private record Ended(int code, String out, String err) {}

    private Path archive() throws IOException {
        try (Stream<Path> files = Files.walk(home.resolve("store"))) {
            return files.filter(file -> file.toString().endsWith(".tar.zst"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private void configure(String more) throws IOException {
        Files.writeString(
                home.resolve("config.yaml"),
                "storage:\n  directory: store\nencryption:\n  method: none\nhost: host1\ndata_dir: state\n"
                        + "docker:\n  host: unix:///nowhere/docker.sock\n  allowed_paths: [" + home + "]\n"
                        + "apps:\n  - name: shop\n    type: directory\n    source: " + home.resolve("data")
                        + "\n" + (more.contains("schedule:") ? "" : "    schedule: daily\n") + more);
    }
}
