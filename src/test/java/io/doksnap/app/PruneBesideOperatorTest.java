package io.doksnap.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.run.DataDirectory;
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

/** A prune while somebody else holds the data directory. */
class PruneBesideOperatorTest {
    @TempDir
    private Path home;

    private final SettableClock clock = SettableClock.at("2026-11-10T01:00:00Z");
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private Scene scene;

    @BeforeEach
    void makeThreeSnapshots() throws IOException {
        scene = Scene.withDirectory(home);
        Files.writeString(scene.data.resolve("file"), "hello");
        for (int i = 0; i < 3; i++) {
            assertThat(run("backup")).as(err.toString(StandardCharsets.UTF_8)).isZero();
            clock.advance(Duration.ofDays(1));
        }
        scene.app("    retention: {keep_last: 1}\n")
                .configure("storage:\n  directory: store\nencryption:\n  method: none\n");
    }

    private int run(String command) {
        Console console = new Console(
                new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false);
        return Main.commandLine(console, clock)
                .execute(command, "shop", "-c", home.resolve("config.yaml").toString());
    }

    private List<String> manifests() {
        return scene.keys().stream()
                .filter(key -> key.endsWith("manifest.json"))
                .toList();
    }

    @Test
    void operatorNeedNotStopForIt() throws IOException {
        Files.createDirectories(scene.state.resolve(ApiConnection.DIRECTORY));
        Path open = scene.state.resolve("open-run-of-the-operator");
        Files.writeString(open, "left alone");
        try (DataDirectory operator = DataDirectory.open(scene.state)) {
            assertThat(operator.path()).isEqualTo(scene.state);
            assertThat(run("prune")).as(err.toString(StandardCharsets.UTF_8)).isZero();
        }
        assertThat(manifests()).hasSize(1);
        try (Stream<Path> files = Files.list(scene.state)) {
            assertThat(files).contains(open);
        }
    }

    @Test
    void commandHasToBeWaitedFor() throws IOException {
        try (DataDirectory command = DataDirectory.open(scene.state)) {
            assertThat(command.path()).isEqualTo(scene.state);
            assertThat(run("prune")).isEqualTo(ExitCode.BUSY);
        }
        assertThat(manifests()).hasSize(3);
    }
}
