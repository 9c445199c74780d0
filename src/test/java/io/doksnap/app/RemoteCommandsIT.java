package io.doksnap.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.doksnap.testing.Doksnap;
import io.doksnap.testing.Doksnap.Result;
import io.doksnap.testing.Doksnap.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands that a running operator carries out: a backup that a person calls off, and a restore in place. */
@Timeout(150)
class RemoteCommandsIT {
    private static final ConditionFactory WITHIN =
            await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(100));
    private static final Pattern SNAPSHOT = Pattern.compile("\\d{8}_\\d{6}_[0-9a-z]+");

    @TempDir
    private Path home;

    @Test
    void backupIsCalledOffByCtrlCAndARestoreInPlacePutsBackWhatWasThere() throws IOException {
        Doksnap doksnap = configure();
        try (Running operator = doksnap.start("run")) {
            WITHIN.until(() -> operator.errSoFar().contains("policies: 3"));
            aBackupIsCalledOff(doksnap);
            aRestoreInPlaceIsCarriedOut(doksnap);
            aDestinationThatWasMissedIsNoWholeSuccess(doksnap);
            operator.signal("TERM");
            assertThat(operator.await().code()).isEqualTo(143);
        }
    }

    private Doksnap configure() throws IOException {
        byte[] noise = new byte[8 << 20];
        new Random(1).nextBytes(noise);
        Files.write(Files.createDirectories(home.resolve("large")).resolve("noise"), noise);
        Files.writeString(Files.createDirectories(home.resolve("small")).resolve("file"), "as it was");
        Files.writeString(home.resolve("config.yaml"), """
                destinations: {main: {directory: store}, broken: {directory: %1$s/large/noise/store}}
                data_dir: state
                host: host1
                encryption: {method: none}
                docker: {host: "unix:///nowhere/docker.sock", allowed_paths: [%1$s]}
                api: {port: 0}
                status_server: {enabled: false}
                limits: {upload_rate: 256KiB}
                apps:
                  - {name: large, type: directory, source: %1$s/large, schedule: "0 2 * * *", destinations: [main]}
                  - {name: small, type: directory, source: %1$s/small, schedule: "0 2 * * *", destinations: [main]}
                  - {name: both, type: directory, source: %1$s/small, schedule: "0 2 * * *", destinations: [main, broken]}
                """.formatted(home));
        return Doksnap.in(home);
    }

    private void aBackupIsCalledOff(Doksnap doksnap) throws IOException {
        // A shell's background processes ignore SIGINT, and so would what they start.
        doksnap.through("env", "--default-signal=INT");
        try (Running backup = doksnap.start("backup", "large")) {
            doksnap.through();
            WITHIN.until(() -> !stored("large").isEmpty());
            backup.signal("INT");
            Result result = backup.await();
            assertThat(result.code()).as(result.all()).isEqualTo(130);
            assertThat(result.err()).contains("large: backup called off: large-");
        }
        // The command ends when what the run had done is undone.
        assertThat(stored("large")).isEmpty();
        assertThat(doksnap.run("status").out()).contains("large").doesNotContain("Failed");
    }

    private String stored(String app) throws IOException {
        Path folders = home.resolve("store/backups").resolve(app);
        if (!Files.isDirectory(folders)) {
            return "";
        }
        try (Stream<Path> all = Files.walk(folders)) {
            return String.join(
                    " ", all.filter(Files::isRegularFile).map(Path::toString).toList());
        }
    }

    private void aRestoreInPlaceIsCarriedOut(Doksnap doksnap) throws IOException {
        Result backup = doksnap.run("backup", "small");
        assertThat(backup.code()).as(backup.all()).isZero();
        Matcher id = SNAPSHOT.matcher(backup.out());
        assertThat(id.find()).as(backup.out()).isTrue();
        Files.writeString(home.resolve("small/file"), "spoiled");
        Files.writeString(home.resolve("small/more"), "made since");

        Result last = WITHIN.until(() -> restore(doksnap, id.group()), found -> found.code() != ExitCode.NOT_FOUND);

        JsonNode restored = new ObjectMapper().readTree(last.out());
        assertThat(restored.path("outcome").asText()).isEqualTo("Restored");
        assertThat(restored.path("snapshot").asText()).isEqualTo(id.group());
        assertThat(restored.path("target").asText()).contains(home + "/small");
        assertThat(restored.path("files").asInt()).isEqualTo(1);
        assertThat(restored.path("bytes").asLong()).isPositive();

        assertThat(home.resolve("small/file")).hasContent("as it was");
        assertThat(home.resolve("small/more")).doesNotExist();
        Result unknown = restore(doksnap, "20200101_000000_00000000");
        assertThat(unknown.code()).as(unknown.all()).isEqualTo(ExitCode.NOT_FOUND);
    }

    /** Right after a backup the operator may not have seen its snapshot yet. */
    private static Result restore(Doksnap doksnap, String id) {
        return doksnap.run("restore", "small", "--snapshot", id, "--in-place", "--yes", "--output", "json");
    }

    private void aDestinationThatWasMissedIsNoWholeSuccess(Doksnap doksnap) throws IOException {
        Result backup = doksnap.run("backup", "both", "--output", "json");
        assertThat(backup.code()).as(backup.all()).isEqualTo(ExitCode.PARTIAL);
        assertThat(backup.err()).contains("error: both: broken does not have this snapshot (");
        JsonNode document = new ObjectMapper().readTree(backup.out());
        assertThat(document.path("exitCode").asInt()).isEqualTo(ExitCode.PARTIAL);
        assertThat(document.path("notBroughtBack").isArray()).isTrue();
        JsonNode snapshot = document.path("snapshot");
        assertThat(snapshot.path("id").asText()).matches(SNAPSHOT);
        assertThat(snapshot.path("host").asText()).isEqualTo("host1");
        assertThat(snapshot.path("plainBytes").asLong()).isPositive();
        assertThat(snapshot.path("sources").path(0).path("files").asInt()).isEqualTo(1);
        JsonNode main = document.path("destinations").path(0);
        assertThat(main.path("stored").asBoolean()).isTrue();
        assertThat(main.path("location").asText()).contains(home + "/store");
        JsonNode broken = document.path("destinations").path(1);
        assertThat(broken.path("stored").asBoolean(true)).isFalse();
        assertThat(broken.path("name").asText()).isEqualTo("broken");
        assertThat(broken.path("reason").asText()).isNotEmpty();
        assertThat(broken.path("message").asText()).isNotEmpty();
    }
}
