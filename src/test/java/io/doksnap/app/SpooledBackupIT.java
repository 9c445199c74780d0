package io.doksnap.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import io.doksnap.testing.Busybox;
import io.doksnap.testing.Doksnap;
import io.doksnap.testing.Needs;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real container that is stopped for a backup to a destination that takes a megabyte a second. */
@Timeout(240)
class SpooledBackupIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int MEBIBYTES = 12;

    @TempDir
    private Path home;

    private final String shop = "doksnap-test-" + UUID.randomUUID();
    private Busybox busybox;
    private Scene scene;

    @BeforeEach
    void start() throws Exception {
        URI host = Needs.docker();
        busybox = Busybox.at(host);
        busybox.run(shop);
        scene = Scene.withDirectory(home);
        scene.noise("noise", MEBIBYTES, 1);
        scene.app("    compression: none\n    hooks:\n      pre_backup: docker stop " + shop
                        + "\n      post_backup: docker start " + shop + "\n")
                .configure("storage:\n  directory: store\nencryption:\n  method: none\nlimits: {upload_rate: 1MiB}\n");
        Path config = home.resolve("config.yaml");
        Files.writeString(config, Files.readString(config).replace("unix:///nowhere/docker.sock", host.toString()));
    }

    @AfterEach
    void removeAll() throws Exception {
        if (busybox != null) {
            busybox.close();
        }
    }

    private ContainerState state() {
        return busybox.docker().inspectContainerCmd(shop).exec().getState();
    }

    private boolean runsAgain() {
        ContainerState state = state();
        return Boolean.TRUE.equals(state.getRunning())
                && Instant.parse(state.getFinishedAt()).isAfter(Instant.EPOCH);
    }

    private void nothingIsInTheSpoolForOthersToSee() throws IOException {
        try (Stream<Path> files = Files.list(scene.state.resolve("spool"))) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void appIsDownForTheReadAloneHoweverSlowTheDestinationIs() throws Exception {
        try (Doksnap.Running backup = scene.doksnap().start("backup", "shop")) {
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(100)).until(this::runsAgain);
            Instant back = Instant.parse(state().getStartedAt());
            assertThat(Duration.between(Instant.parse(state().getFinishedAt()), back))
                    .as("downtime: a second where nothing else runs, and without a spool more than ten")
                    .isLessThan(Duration.ofSeconds(5));
            assertThat(scene.listed()).isEmpty();
            nothingIsInTheSpoolForOthersToSee();
            Doksnap.Result result = backup.await();
            assertThat(result.code()).as(result.toString()).isZero();
        }
        assertThat(scene.listed()).hasSize(1);
    }

    @Test
    void killedDuringTheUploadTheAppRunsAndNothingOfTheSpoolIsLeft() throws Exception {
        try (Doksnap.Running backup = scene.doksnap().start("backup", "shop")) {
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(100)).until(this::runsAgain);
            assertThat(backup.kill().code()).isEqualTo(137);
        }
        assertThat(state().getRunning()).isTrue();
        assertThat(scene.listed()).isEmpty();
        nothingIsInTheSpoolForOthersToSee();
    }
}
