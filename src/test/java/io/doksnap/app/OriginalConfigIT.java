package io.doksnap.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.Bind;
import io.doksnap.docker.Container.State;
import io.doksnap.docker.DockerEngine;
import io.doksnap.docker.DockerEngines;
import io.doksnap.store.ObjectStore;
import io.doksnap.store.ObjectStores;
import io.doksnap.store.StoreSettings;
import io.doksnap.testing.Busybox;
import io.doksnap.testing.Command;
import io.doksnap.testing.Doksnap;
import io.doksnap.testing.Gpg;
import io.doksnap.testing.HardTree;
import io.doksnap.testing.Needs;
import io.doksnap.testing.RadosGateway;
import io.doksnap.testing.S3Server;
import io.doksnap.testing.TreeListing;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The configuration of the original's README as it stands there, from a running container to a restored volume, with each S3 server. */
@Timeout(300)
class OriginalConfigIT {
    private static final String USER = "us@example.com";
    private static final String BUCKET = "my-backups";

    @TempDir
    private Path home;

    private final String app = "doksnap-test-" + UUID.randomUUID();
    private final String volume = app + "_data";
    private final String restored = app + "_restored";
    private Busybox busybox;
    private DockerEngine engine;
    private Gpg gpg;
    private Path tree;
    private SortedMap<String, String> expected;
    private Doksnap doksnap;

    @BeforeEach
    void start() throws Exception {
        Needs.root();
        List.of("zstd", "tar", "setfattr", "setfacl").forEach(Needs::command);
        URI host = Needs.docker();
        busybox = Busybox.at(host);
        busybox.run(app, (create, options) -> {
            create.withCmd("sh", "-c", "trap 'exit 0' TERM; while :; do sleep 0.1; done");
            options.withBinds(Bind.parse(volume + ":/data"));
        });
        engine = DockerEngines.connect(host, Duration.ofSeconds(60));
        busybox.docker().createVolumeCmd().withName(restored).exec();
        tree = mountpoint(volume);
        HardTree.make(tree);
        expected = TreeListing.of(tree);
        gpg = Gpg.withoutKeys();
        gpg.generate(USER, "Key-Type: RSA", "Key-Length: 3072", "Subkey-Type: RSA", "Subkey-Length: 3072");
        Files.write(home.resolve("private.asc"), gpg.privateKey(USER));
        doksnap = Doksnap.in(home)
                .environment("DOCKER_HOST", host.toString())
                .environment("AWS_ACCESS_KEY_ID", S3Server.ACCESS_KEY)
                .environment("AWS_SECRET_ACCESS_KEY", S3Server.SECRET_KEY)
                .environment("GPG_PUBLIC_KEY", new String(gpg.publicKey(USER), StandardCharsets.US_ASCII));
    }

    @AfterEach
    void removeAll() throws Exception {
        HardTree.clear(home);
        if (gpg != null) {
            gpg.close();
        }
        if (engine != null) {
            engine.close();
        }
        if (busybox != null) {
            busybox.docker().removeContainerCmd(app).withForce(true).exec();
            busybox.docker().removeVolumeCmd(volume).exec();
            busybox.docker().removeVolumeCmd(restored).exec();
            busybox.close();
        }
    }

    private Path mountpoint(String name) {
        return Path.of(busybox.docker().inspectVolumeCmd(name).exec().getMountpoint());
    }

    @Test
    void againstS3Proxy() throws Exception {
        try (S3Server server = S3Server.start()) {
            walk(server.newBucket(BUCKET));
        }
    }

    @Test
    void againstTheGatewayOfCeph() throws Exception {
        try (RadosGateway gateway = RadosGateway.start()) {
            StoreSettings.S3 settings = gateway.settings(BUCKET, gateway.endpoint(), StoreSettings.S3Options.PLAIN);
            gateway.createBucket(BUCKET);
            walk(settings);
        }
    }

    private void walk(StoreSettings.S3 settings) throws Exception {
        configure(settings.endpoint().orElseThrow());
        assertThat(run("validate").out()).contains("1 app");
        String startedBefore = engine.containers().find(app).orElseThrow().startedAt();
        assertThat(run("backup", "myapp").out()).contains("myapp: backed up ");
        var container = engine.containers().find(app).orElseThrow();
        assertThat(container.state()).isEqualTo(State.RUNNING);
        assertThat(container.startedAt()).isNotEqualTo(startedBefore);
        assertThat(run("list").out()).contains("myapp");
        run("verify", "myapp", "--level", "checksum");
        run("verify", "myapp", "--level", "full", "--identity", "private.asc");
        assertThat(run("prune", "myapp", "--dry-run").out()).contains("keep").contains("last");
        stockToolsRestoreTheSame(settings);
        run("restore", "myapp", "--identity", "private.asc", "--to-directory", "out");
        assertThat(TreeListing.of(home.resolve("out"))).isEqualTo(expected);
        run("restore", "myapp", "--identity", "private.asc", "--to-volume", restored);
        assertThat(TreeListing.of(mountpoint(restored))).isEqualTo(expected);
    }

    private Doksnap.Result run(String... arguments) {
        Doksnap.Result result = doksnap.run(arguments);
        assertThat(result.code()).as(result.toString()).isZero();
        return result;
    }

    /** Word for word but for the names; what follows the apps keeps this test's state to itself. */
    private void configure(URI endpoint) throws Exception {
        Files.writeString(home.resolve("config.yaml"), """
                s3:
                  endpoint: %s
                  bucket: %s
                  region: us-east-1

                encryption:
                  method: gpg  # or aes256

                status_server:
                  enabled: true
                  port: 4567
                  bind: 0.0.0.0

                apps:
                  - name: myapp
                    type: volume
                    source: /var/lib/docker/volumes/%s
                    schedule: "0 2 * * *"  # Daily at 2 AM
                    retention:
                      keep_last: 7
                      daily: 7
                      weekly: 4
                      monthly: 12
                    hooks:
                      pre_backup: "docker stop %s"
                      post_backup: "docker start %s"

                host: testhost
                data_dir: state
                """.formatted(endpoint, BUCKET, volume, app, app));
    }

    private void stockToolsRestoreTheSame(StoreSettings.S3 settings) throws Exception {
        List<String> archives = new ArrayList<>();
        byte[] archive;
        try (ObjectStore store = ObjectStores.open(settings)) {
            store.list("backups/myapp/", object -> {
                if (object.key().endsWith(".tar.zst.gpg")) {
                    archives.add(object.key());
                }
            });
            assertThat(archives).hasSize(1);
            try (InputStream in = store.read(archives.get(0))) {
                archive = in.readAllBytes();
            }
        }
        byte[] tar = Command.of("zstd", "-d", "-c").input(gpg.decrypt(archive)).output();
        Path target = Files.createDirectory(home.resolve("stock"));
        Command.of("tar", "--xattrs", "--xattrs-include=*", "--acls", "--numeric-owner", "-xpf", "-")
                .in(target)
                .input(tar)
                .output();
        assertThat(TreeListing.of(target)).isEqualTo(expected);
    }
}
