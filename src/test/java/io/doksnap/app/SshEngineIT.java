package io.doksnap.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.doksnap.docker.Container.State;
import io.doksnap.docker.DockerEngine;
import io.doksnap.docker.DockerEngines;
import io.doksnap.testing.Busybox;
import io.doksnap.testing.Doksnap;
import io.doksnap.testing.EngineRelay;
import io.doksnap.testing.Needs;
import io.doksnap.testing.SshServer;
import io.doksnap.testing.TreeListing;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program, and an engine that it only reaches through a real sshd. */
@Timeout(180)
class SshEngineIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final String volume = "doksnap-test-" + UUID.randomUUID();
    private final String restored = volume + "-restored";
    private final String shop = "doksnap-test-" + UUID.randomUUID();

    @TempDir
    private Path home;

    private Busybox busybox;
    private DockerEngine engine;
    private EngineRelay relay;
    private SshServer ssh;
    private Path data;

    @BeforeEach
    void startServer() throws Exception {
        URI host = Needs.docker();
        relay = new EngineRelay(host, home.resolve("s"));
        ssh = SshServer.before(relay.host(), home.resolve("ssh"));
        busybox = Busybox.at(host);
        engine = DockerEngines.connect(host, Duration.ofSeconds(30));
        data = engine.createVolume(volume).mountpoint();
        Files.createDirectory(home.resolve("tmp"));
        Files.writeString(home.resolve("config.yaml"), """
            storage: {directory: %s}
            data_dir: %s
            host: here
            encryption: {method: none}
            docker: {host: "%s"}
            api: {port: 0}
            status_server: {enabled: false}
            apps:
              - name: shop
                type: volume
                source: %s
            """.formatted(
                        home.resolve("store"), home.resolve("state"), ssh.host(), volume));
    }

    @AfterEach
    void removeAll() throws IOException {
        if (engine != null) {
            busybox.close();
            engine.removeVolume(volume);
            engine.removeVolume(restored);
            engine.close();
        }
        if (ssh != null) {
            ssh.close();
        }
        if (relay != null) {
            relay.close();
        }
    }

    private Doksnap doksnap() {
        return Doksnap.in(home)
                .environment("PATH", ssh.path())
                .jvm("-Xmx128m", "-XX:TieredStopAtLevel=1", "-Djava.io.tmpdir=" + home.resolve("tmp"));
    }

    private void nothingIsLeft() {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).until(() -> ssh.clients() == 0);
    }

    @Test
    void volumeComesBackIdenticalOverOneLoginForEachCommand() throws Exception {
        RemoteEngineIT.fill(data);
        killOneInTheMiddle();
        Doksnap.Result backup = doksnap().run("backup", "shop");
        assertThat(backup.code()).as(backup.all()).isZero();
        assertThat(backup.all()).contains("read through the Docker Engine");
        Doksnap.Result restore = doksnap().run("restore", "shop", "--to-volume", restored);
        assertThat(restore.code()).as(restore.all()).isZero();
        Path copy = engine.findVolume(restored).orElseThrow().mountpoint();
        assertThat(TreeListing.of(copy)).containsExactlyEntriesOf(TreeListing.of(data));
        assertThat(engine.helpers().all()).isEmpty();
        assertThat(ssh.logins()).isEqualTo(3);
        nothingIsLeft();
        assertThat(home.resolve("tmp")).isEmptyDirectory();
    }

    /** Nothing that runs outlives it; what is left in a directory the next one removes. */
    private void killOneInTheMiddle() throws Exception {
        String usual = Files.readString(home.resolve("config.yaml"));
        Files.writeString(home.resolve("killed.yaml"), usual + "    hooks: {pre_backup: [sleep 20]}\n");
        try (Doksnap.Running run = doksnap().start("backup", "shop", "-c", "killed.yaml")) {
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).until(() -> ssh.clients() > 0);
            run.kill();
        }
        nothingIsLeft();
        assertThat(home.resolve("tmp")).isNotEmptyDirectory();
    }

    @Test
    void whatSshFailsAtIsOneLineThatNamesHostAndRemedy() throws Exception {
        ssh.client("stranger", "host");
        oneLine("Permission denied (publickey)");
        ssh.client("key", "stranger");
        oneLine("Host key verification failed");
        relay.stop();
        ssh.client("key", "host");
        assertThat(failure())
                .contains(ssh.host())
                .contains("docker on 127.0.0.1 says")
                .contains("systemctl start docker");
    }

    private void oneLine(String reason) {
        assertThat(failure())
                .contains(ssh.host())
                .contains(reason)
                .contains("`ssh -n -oBatchMode=yes -p " + ssh.port() + " -- 127.0.0.1 docker version`");
    }

    private String failure() {
        Doksnap.Result result = doksnap().run("backup", "shop");
        assertThat(result.code()).isNotZero();
        assertThat(result.err().lines()).singleElement().asString().contains("DockerUnavailable");
        return result.err();
    }

    @Test
    void engineThatGoesInTheMiddleFailsTheRunAndTheWorkloadComesBackWithIt() throws Exception {
        busybox.run(shop);
        byte[] noise = new byte[20_000_000];
        new Random(7).nextBytes(noise);
        Files.write(data.resolve("noise"), noise);
        Files.writeString(
                home.resolve("config.yaml"),
                "    container: " + shop + "\n    quiesce: {mode: stop}\n",
                StandardOpenOption.APPEND);
        relay.stopAfter(5_000_000);
        try (Doksnap.Running backup = doksnap().start("backup", "shop")) {
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).until(() -> !relay.isListening());
            assertThat(state()).isEqualTo(State.EXITED);
            relay.stopAfter(Long.MAX_VALUE);
            relay.start();
            Doksnap.Result broken = backup.await();
            assertThat(broken.code()).as(broken.all()).isNotZero();
            assertThat(broken.err().lines())
                    .singleElement()
                    .asString()
                    .contains("DockerUnavailable")
                    .contains(ssh.host());
        }
        assertThat(state()).isEqualTo(State.RUNNING);
        nothingIsLeft();
    }

    private State state() throws Exception {
        return engine.containers().find(shop).orElseThrow().state();
    }
}
