package io.doksnap.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.doksnap.docker.Container.State;
import io.doksnap.docker.DockerEngines;
import io.doksnap.testing.Busybox;
import io.doksnap.testing.Doksnap;
import io.doksnap.testing.EngineRelay;
import io.doksnap.testing.Needs;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program, a real engine, and a container that is stopped for a backup: whatever happens, it runs afterwards. */
@Timeout(180)
class QuiescedBackupIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path home;

    private final String shop = "doksnap-test-" + UUID.randomUUID();
    private URI host;
    private Busybox busybox;
    private Scene scene;

    @BeforeEach
    void start() throws Exception {
        host = Needs.docker();
        busybox = Busybox.at(host);
        busybox.run(shop);
        scene = Scene.withDirectory(home);
        Files.writeString(scene.data.resolve("a.txt"), "hello\n");
    }

    @AfterEach
    void removeAll() throws Exception {
        if (busybox != null) {
            busybox.close();
        }
    }

    /** What the app says besides, on top of the usual. */
    private void app(String lines) throws Exception {
        String stored = "storage:\n  directory: store\nencryption:\n  method: none\n";
        scene.app(lines).configure(stored);
        Path config = home.resolve("config.yaml");
        Files.writeString(config, Files.readString(config).replace("unix:///nowhere/docker.sock", host.toString()));
    }

    private void appWithHooks(String pre, String post) throws Exception {
        app("    hooks:\n      pre_backup: [" + pre + "]\n      post_backup: [" + post + "]\n");
    }

    private State state() {
        try (var engine = DockerEngines.connect(host, PATIENCE)) {
            return engine.containers().find(shop).orElseThrow().state();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private String startedAt() throws Exception {
        try (var engine = DockerEngines.connect(host, PATIENCE)) {
            return engine.containers().find(shop).orElseThrow().startedAt();
        }
    }

    @Test
    void hooksStopTheContainerForTheReadAndStartItAgain() throws Exception {
        Path log = home.resolve("log");
        Files.writeString(home.resolve("note"), "#!/bin/sh\nenv > " + log + "\n");
        assertThat(home.resolve("note").toFile().setExecutable(true)).isTrue();
        appWithHooks("docker stop " + shop + ", " + home.resolve("note"), "docker start " + shop);
        String before = startedAt();
        Doksnap.Result result = scene.doksnap().run("backup", "shop");
        assertThat(result.code()).as(result.toString()).isZero();
        assertThat(startedAt()).isNotEqualTo(before);
        assertThat(state()).isEqualTo(State.RUNNING);
        // What a process on the host sees of our environment.
        assertThat(log).content().contains("PATH=").doesNotContain("AWS_");
    }

    @Test
    void containerThatWasStoppedStaysStoppedAlsoWherePostHooksStartIt() throws Exception {
        appWithHooks("docker stop " + shop, "docker start " + shop);
        busybox.docker().stopContainerCmd(shop).exec();
        Doksnap.Result result = scene.doksnap().run("backup", "shop");
        assertThat(result.code()).as(result.toString()).isZero();
        assertThat(state()).isEqualTo(State.EXITED);
    }

    @Test
    void backupThatFailsAfterTheStopStartsTheContainer() throws Exception {
        appWithHooks("docker stop " + shop, "");
        Files.delete(scene.data.resolve("a.txt"));
        Doksnap.Result result = scene.doksnap().run("backup", "shop");
        assertThat(result.code()).as(result.toString()).isEqualTo(1);
        assertThat(result.err()).contains("EmptySource");
        assertThat(state()).isEqualTo(State.RUNNING);
    }

    @Test
    void failingPostHookIsToldAndTheContainerRuns() throws Exception {
        app("    container: " + shop + "\n    quiesce: {mode: stop}\n    hooks:\n      post_backup: [\"docker exec "
                + shop + " sh -c 'echo no way; exit 4'\"]\n");
        Doksnap.Result result = scene.doksnap().run("backup", "shop");
        assertThat(result.code()).as(result.toString()).isZero();
        assertThat(result.err())
                .contains("warning: shop: the post hook")
                .contains("exit code 4")
                .contains("no way");
        assertThat(state()).isEqualTo(State.RUNNING);
    }

    @Test
    void killedWhileTheContainerIsDownTheNextBackupOfAnythingStartsIt() throws Exception {
        appWithHooks("docker stop " + shop + ", sleep 100", "");
        try (Doksnap.Running backup = scene.doksnap().start("backup", "shop")) {
            await().atMost(PATIENCE).until(() -> state() == State.EXITED);
            theOneThatHoldsTheDataDirectoryIsAloneWithIt();
            assertThat(backup.kill().code()).isEqualTo(137);
        }
        assertThat(state()).isEqualTo(State.EXITED);
        app("");
        Doksnap.Result next = scene.doksnap().run("backup", "shop");
        assertThat(next.code()).as(next.toString()).isZero();
        assertThat(next.err()).contains("an earlier backup was cut off: container " + shop + " runs again");
        assertThat(state()).isEqualTo(State.RUNNING);
        assertThat(scene.doksnap().run("backup", "shop").err()).doesNotContain("cut off");
    }

    private void theOneThatHoldsTheDataDirectoryIsAloneWithIt() {
        Doksnap.Result second = scene.doksnap().run("backup", "shop");
        assertThat(second.code()).as(second.toString()).isEqualTo(7);
        assertThat(state()).isEqualTo(State.EXITED);
    }

    @Test
    void sigtermStartsTheContainerBeforeTheProcessEnds() throws Exception {
        appWithHooks("docker stop " + shop + ", sleep 100", "");
        try (Doksnap.Running backup = scene.doksnap().start("backup", "shop")) {
            await().atMost(PATIENCE).until(() -> state() == State.EXITED);
            backup.signal("TERM");
            Doksnap.Result result = backup.await();
            assertThat(result.code()).as(result.toString()).isEqualTo(143);
        }
        assertThat(state()).isEqualTo(State.RUNNING);
    }

    @Test
    void sigtermInTheMiddleOfAStopThatTakesItsTimeStartsTheContainerAfterIt() throws Exception {
        String slow = shop + "-slow";
        busybox.run(
                slow,
                (create, host) -> create.withCmd("sh", "-c", "trap '' TERM; while :; do sleep 0.1; done")
                        .withStopTimeout(5));
        appWithHooks("docker stop " + slow, "");
        try (Doksnap.Running backup = scene.doksnap().start("backup", "shop")) {
            await().atMost(PATIENCE).until(() -> journalIsThere());
            backup.signal("TERM");
            Doksnap.Result result = backup.await();
            assertThat(result.code()).as(result.toString()).isEqualTo(143);
        }
        try (var engine = DockerEngines.connect(host, PATIENCE)) {
            assertThat(engine.containers().find(slow).orElseThrow().state()).isEqualTo(State.RUNNING);
        }
        assertThat(journalIsThere()).isFalse();
    }

    @Test
    void engineThatIsRestartedWhileTheContainerIsDownIsWaitedFor() throws Exception {
        URI engine = host;
        try (EngineRelay relay = new EngineRelay(engine, home.resolve("docker.sock"))) {
            host = relay.host();
            appWithHooks("docker stop " + shop + ", sleep 1", "");
            host = engine;
            try (Doksnap.Running backup = scene.doksnap().start("backup", "shop")) {
                await().atMost(PATIENCE).until(() -> state() == State.EXITED);
                relay.stop();
                await().pollDelay(Duration.ofSeconds(2)).until(() -> true);
                relay.start();
                Doksnap.Result result = backup.await();
                assertThat(result.code()).as(result.toString()).isEqualTo(1);
                assertThat(result.err()).contains("QuiesceFailed");
            }
        }
        assertThat(state()).isEqualTo(State.RUNNING);
        assertThat(journalIsThere()).isFalse();
    }

    private boolean journalIsThere() throws Exception {
        try (var files = Files.newDirectoryStream(scene.state, "workload-*[0-9a-f]")) {
            return files.iterator().hasNext();
        } catch (java.nio.file.NoSuchFileException e) {
            return false;
        }
    }

    @Test
    void containerThatCannotBeStartedHasItsOwnExitCodeAndIsTriedAgain() throws Exception {
        Path mounted = Files.createDirectory(home.resolve("mounted"));
        String odd = shop + "-odd";
        busybox.run(odd, (create, host) -> {
            create.withCmd("sleep", "1000").withStopTimeout(0);
            host.withBinds(com.github.dockerjava.api.model.Bind.parse(mounted + ":/data"))
                    .withMounts(null);
        });
        Path away = home.resolve("away");
        // A bind whose source is a file in between cannot be mounted on a directory.
        appWithHooks("docker stop " + odd + ", mv " + mounted + " " + away + ", touch " + mounted, "");
        Doksnap.Result result = scene.doksnap().run("backup", "shop");
        assertThat(result.code()).as(result.toString()).isEqualTo(9);
        assertThat(result.err())
                .contains("NOT BROUGHT BACK (StartFailed)")
                .contains(odd)
                .contains("by hand");

        Files.delete(mounted);
        Files.move(away, mounted);
        app("");
        Doksnap.Result next = scene.doksnap().run("backup", "shop");
        assertThat(next.code()).as(next.toString()).isZero();
        try (var engine = DockerEngines.connect(host, PATIENCE)) {
            assertThat(engine.containers().find(odd).orElseThrow().state()).isEqualTo(State.RUNNING);
        }
    }

    @Test
    void swarmTaskIsNotStopped() throws Exception {
        String task = shop + "-task";
        busybox.run(
                task,
                (create, host) -> create.withCmd("sleep", "1000")
                        .withLabels(java.util.Map.of("com.docker.swarm.service.name", "shop_db")));
        appWithHooks("docker stop " + task, "");
        Doksnap.Result result = scene.doksnap().run("backup", "shop");
        assertThat(result.code()).as(result.toString()).isEqualTo(1);
        assertThat(result.err()).contains("QuiesceFailed").contains("Swarm service shop_db");
    }
}
