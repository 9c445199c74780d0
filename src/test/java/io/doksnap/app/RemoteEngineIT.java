package io.doksnap.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.docker.DockerEngine;
import io.doksnap.docker.DockerEngines;
import io.doksnap.testing.Busybox;
import io.doksnap.testing.Command;
import io.doksnap.testing.Doksnap;
import io.doksnap.testing.Needs;
import io.doksnap.testing.TlsRelay;
import io.doksnap.testing.TreeListing;
import java.io.IOException;
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

/** The program, and an engine that it only reaches over TLS. */
@Timeout(180)
class RemoteEngineIT {
    private final String volume = "doksnap-test-" + UUID.randomUUID();
    private final String restored = volume + "-restored";

    @TempDir
    private Path home;

    private Busybox busybox;
    private DockerEngine engine;
    private TlsRelay relay;

    @BeforeEach
    void startRelay() throws Exception {
        Needs.root();
        URI host = Needs.docker();
        busybox = Busybox.at(host);
        engine = DockerEngines.connect(host, Duration.ofSeconds(30));
        relay = TlsRelay.before(host, home.resolve("tls"));
    }

    @AfterEach
    void removeAll() throws IOException {
        if (relay != null) {
            relay.close();
            busybox.close();
            engine.removeVolume(volume);
            engine.removeVolume(restored);
            engine.close();
        }
    }

    @Test
    void volumeComesBackIdenticalFromARemoteEngine() throws Exception {
        Path data = engine.createVolume(volume).mountpoint();
        fill(data);
        configure("""
            docker:
              host: tcp://127.0.0.1:%d
              tls: {ca: tls/ca.pem, cert: tls/cert.pem, key: tls/key.pem}
            """.formatted(relay.port()));
        Doksnap doksnap = Doksnap.in(home);
        assertThat(doksnap.run("backup", "shop").all()).contains("read through the Docker Engine");
        Doksnap.Result result = doksnap.run("restore", "shop", "--to-volume", restored);
        assertThat(result.code()).as(result.all()).isZero();
        assertThat(result.out()).contains("into volume " + restored);
        Path copy = engine.findVolume(restored).orElseThrow().mountpoint();
        assertThat(TreeListing.of(copy)).containsExactlyEntriesOf(TreeListing.of(data));
        assertThat(engine.helpers().all()).isEmpty();

        // Nothing can be replaced there, and nothing is.
        Doksnap.Result inPlace = doksnap.run("restore", "shop", "--in-place", "--snapshot", "latest");
        assertThat(inPlace.code()).isNotZero();
        assertThat(inPlace.err())
                .contains("can only be reached through the Docker Engine")
                .contains("--to-volume");
    }

    @Test
    void whoIsNotWhoItShouldBeIsNotSpokenTo() throws Exception {
        TlsRelay.authority(home.resolve("tls"), "stranger");
        engine.createVolume(volume);
        configure("""
            docker:
              host: tcp://127.0.0.1:%d
              tls: {ca: tls/stranger.pem, cert: tls/cert.pem, key: tls/key.pem}
            """.formatted(relay.port()));
        Doksnap.Result wrongAuthority = Doksnap.in(home).run("backup", "shop");
        assertThat(wrongAuthority.code()).isNotZero();
        assertThat(wrongAuthority.err())
                .contains("tcp://127.0.0.1:" + relay.port())
                .containsIgnoringCase("certificat");

        configure("docker: {host: \"tcp://localhost:" + relay.port() + "\"}\n");
        Doksnap.Result wrongName = Doksnap.in(home)
                .environment("DOCKER_TLS_VERIFY", "1")
                .environment("DOCKER_CERT_PATH", home.resolve("tls").toString())
                .run("backup", "shop");
        assertThat(wrongName.code()).isNotZero();
        assertThat(wrongName.err()).contains("localhost");

        configure("docker: {host: \"tcp://127.0.0.1:" + relay.port() + "\", tls: {ca: tls/none.pem}}\n");
        Doksnap.Result noFile = Doksnap.in(home).run("backup", "shop");
        assertThat(noFile.code()).isNotZero();
        assertThat(noFile.err()).contains("There is no file " + home.resolve("tls/none.pem"));
    }

    private void configure(String docker) throws IOException {
        Files.writeString(
                home.resolve("config.yaml"),
                """
                storage: {directory: %s}
                data_dir: %s
                encryption: {method: none}
                apps:
                  - {name: shop, type: volume, source: %s}
                """.formatted(home.resolve("store"), home.resolve("state"), volume) + docker);
    }

    /** All that the archive API keeps: the times are of whole seconds. */
    static void fill(Path data) throws IOException {
        Files.createDirectories(data.resolve("a/b"));
        Files.writeString(data.resolve("a/file"), "content");
        Files.createLink(data.resolve("a/b/hard"), data.resolve("a/file"));
        Files.createSymbolicLink(data.resolve("a/out"), Path.of("../../../etc/passwd"));
        Files.createSymbolicLink(data.resolve("absolute"), Path.of("/etc/passwd"));
        Files.write(data.resolve("big"), new byte[3_000_001]);
        Files.setAttribute(data.resolve("a"), "unix:mode", 02750);
        Files.setAttribute(data.resolve("big"), "unix:uid", 4711);
        Files.setAttribute(data, "unix:uid", 999);
        Files.setAttribute(data, "unix:mode", 0700);
        Command.sh("find . -exec touch -h -d '2026-01-02 03:04:05' {} +")
                .in(data)
                .output();
    }
}
