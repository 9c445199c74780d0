package io.doksnap.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.doksnap.testing.Doksnap;
import io.doksnap.testing.FaultyProxy;
import io.doksnap.testing.S3Server;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Signals, timeouts and two processes at once, against a slow destination. */
@Timeout(120)
class InterruptedRunIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String NO_ENCRYPTION_AT_REST = "has no encryption at rest";
    private static final Duration SECONDS = Duration.ofSeconds(10);

    @TempDir
    private Path home;

    private final AtomicInteger delay = new AtomicInteger();
    private S3Server server;
    private FaultyProxy proxy;
    private Scene scene;

    @BeforeEach
    void startSlowStore() throws Exception {
        server = S3Server.start();
        server.createBucket(Scene.BUCKET);
        proxy = FaultyProxy.before(server.port(), (connection, up, chunk, length) -> {
            try {
                Thread.sleep(delay.get());
                return FaultyProxy.Fate.PASS;
            } catch (InterruptedException e) {
                return FaultyProxy.Fate.RESET;
            }
        });
        scene = Scene.withS3(home, server, proxy.endpoint());
        scene.noise("big", 48, 1);
        delay.set(3);
    }

    @AfterEach
    void stop() throws Exception {
        proxy.close();
        server.close();
    }

    @Test
    void sigtermEndsABackupWithinSecondsAndLeavesNothing() throws Exception {
        signalledBackupLeavesNothing("TERM", 1, 143);
    }

    @Test
    void controlCEndsABackupAndASecondOneDoesNotKeepItFromCleaningUp() throws Exception {
        signalledBackupLeavesNothing("INT", 2, 130);
    }

    private void signalledBackupLeavesNothing(String signal, int times, int code) throws Exception {
        // A shell's background processes ignore SIGINT, and so would what they start.
        Doksnap doksnap = scene.doksnap().through("env", "--default-signal=INT");
        try (Doksnap.Running backup = doksnap.start("backup", "shop")) {
            untilTheUploadIsUnderWay();
            for (int i = 0; i < times; i++) {
                backup.signal(signal);
            }
            long began = System.nanoTime();
            Doksnap.Result result = backup.await();
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(SECONDS);
            assertThat(result.code()).as(result.toString()).isEqualTo(code);
            assertThat(result.out()).isEmpty();
            assertThat(result.err().lines().filter(line -> !line.contains(NO_ENCRYPTION_AT_REST)))
                    .hasSize(2)
                    .anyMatch(line -> line.startsWith("stopping: starting again what was stopped"))
                    .anyMatch(line -> line.equals("error: shop: backup failed (Cancelled): stopped before it was done;"
                            + " nothing was committed"));
        }
        nothingIsLeft();
    }

    @Test
    void backupThatPassesItsTimeoutIsStoppedAndLeavesNothing() throws Exception {
        scene.app("    timeout: 2s\n");
        scene.configure("s3:\n  endpoint: " + proxy.endpoint() + "\n  bucket: " + Scene.BUCKET
                + "\nencryption:\n  method: none\n");
        Doksnap.Result result = scene.doksnap().run("backup", "shop");
        assertThat(result.code()).as(result.toString()).isEqualTo(1);
        assertThat(result.err().lines().filter(line -> !line.contains(NO_ENCRYPTION_AT_REST)))
                .containsExactly("error: shop: backup failed (TimedOut): stopped after its timeout of 2s; nothing was"
                        + " committed");
        nothingIsLeft();
    }

    @Test
    void secondProcessOnTheSameDataDirectoryIsTurnedAwayAndTouchesNothing() throws Exception {
        try (Doksnap.Running first = scene.doksnap().start("backup", "shop")) {
            untilTheUploadIsUnderWay();
            Doksnap.Result second = scene.doksnap().run("backup", "shop");
            assertThat(second.code()).isEqualTo(7);
            assertThat(second.err())
                    .isEqualTo("error: another doksnap is at work with the data directory "
                            + scene.home.resolve("state") + " (process "
                            + first.process().pid() + "); wait until it is done, or set another data_dir\n");
            delay.set(0);
            assertThat(first.await().code()).isZero();
        }
        assertThat(scene.listed()).hasSize(1);
    }

    @Test
    void sigtermEndsARestoreWithinSecondsAndTheTargetIsAsBefore() throws Exception {
        delay.set(0);
        assertThat(scene.doksnap().run("backup", "shop").code()).isZero();
        Files.writeString(scene.data.resolve("big"), "newer\n");
        delay.set(20);
        try (Doksnap.Running restore = scene.doksnap().start("restore", "shop", "--in-place", "--snapshot", "latest")) {
            await().atMost(PATIENCE).until(() -> childrenOfData() > 1);
            restore.signal("TERM");
            Doksnap.Result result = restore.await();
            assertThat(result.code()).as(result.toString()).isEqualTo(143);
            assertThat(result.err())
                    .contains("error: shop: restore failed (Cancelled): stopped before it was done; the target is as it"
                            + " was before");
        }
        assertThat(childrenOfData()).isEqualTo(1);
        assertThat(scene.data.resolve("big")).hasContent("newer");
    }

    private void untilTheUploadIsUnderWay() {
        await().atMost(PATIENCE).until(() -> proxy.bytesUp() > 9 << 20);
    }

    private long childrenOfData() throws Exception {
        try (Stream<Path> children = Files.list(scene.data)) {
            return children.count();
        }
    }

    private void nothingIsLeft() throws Exception {
        assertThat(scene.keys()).isEmpty();
        assertThat(server.unfinishedUploads(Scene.BUCKET)).isEmpty();
        assertThat(scene.openRuns()).isEmpty();
    }
}
