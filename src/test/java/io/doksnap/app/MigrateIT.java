package io.doksnap.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.HostConfig;
import io.doksnap.docker.Container;
import io.doksnap.docker.DockerEngines;
import io.doksnap.testing.Busybox;
import io.doksnap.testing.Doksnap;
import io.doksnap.testing.Needs;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Containers as offen/docker-volume-backup has them on a real engine, and what the printed configuration does with them. */
@Timeout(180)
class MigrateIT {
    private static final String LOOP = "trap 'exit 0' TERM; while :; do sleep 0.1; done";

    @TempDir
    private Path home;

    private final String unique = UUID.randomUUID().toString().substring(0, 13);
    private final String shop = "doksnap-test-shop-" + unique;
    private final String other = "doksnap-test-other-" + unique;
    private final String backup = "doksnap-test-offen-" + unique;
    private final String volume = "doksnap-test-" + unique;
    private URI host;
    private Busybox busybox;

    @BeforeEach
    void start() throws Exception {
        host = Needs.docker();
        Needs.root();
        busybox = Busybox.at(host);
        busybox.docker().createVolumeCmd().withName(volume).exec();
        Files.createDirectory(home.resolve("archive"));
        busybox.run(shop, (create, config) -> {
            create.withCmd("sh", "-c", "echo hello > /data/a.txt; " + LOOP);
            create.withLabels(Map.of(
                    "docker-volume-backup.stop-during-backup",
                    unique,
                    "docker-volume-backup.archive-pre",
                    "/bin/sh -c 'echo dumped > /data/dump.sql'"));
            binds(config, volume + ":/data");
        });
        busybox.run(other, (create, config) -> {
            create.withCmd("sh", "-c", LOOP);
            create.withLabels(Map.of("docker-volume-backup.stop-during-backup", unique));
        });
        busybox.run(backup, (create, config) -> {
            create.withCmd("sh", "-c", LOOP);
            create.withEnv(
                    "BACKUP_CRON_EXPRESSION=0 0 2 * * ?",
                    "BACKUP_RETENTION_DAYS=7",
                    "BACKUP_STOP_DURING_BACKUP_LABEL=" + unique,
                    "EXEC_LABEL=",
                    "GPG_PASSPHRASE=hunter2 hunter2",
                    "WEBDAV_URL=https://user:hunter2@dav.example.org/");
            binds(config, volume + ":/backup/data:ro", home.resolve("archive") + ":/archive");
        });
    }

    private static void binds(HostConfig config, String... binds) {
        config.setBinds(Arrays.stream(binds).map(Bind::parse).toArray(Bind[]::new));
    }

    @AfterEach
    void removeAll() throws Exception {
        if (busybox != null) {
            busybox.close();
            try (var engine = DockerEngines.connect(host, Duration.ofSeconds(60))) {
                engine.removeVolume(volume);
            }
        }
    }

    private Doksnap doksnap() {
        return Doksnap.in(home)
                .environment("DOCKER_HOST", host.toString())
                .environment("DOKSNAP_DATA_DIR", home.resolve("state").toString())
                .environment("DOKSNAP_HOST", "here");
    }

    @Test
    void whatIsPrintedBacksUpWhatOffenDid() throws Exception {
        Doksnap.Result migrated = doksnap().run("migrate", "--container", backup);
        assertThat(migrated.code()).as(migrated.toString()).isEqualTo(11);
        assertThat(migrated.err()).contains("not carried over: WEBDAV_URL: ");
        assertThat(migrated.all()).doesNotContain("hunter2");
        Files.writeString(home.resolve("config.yaml"), migrated.out());

        Doksnap doksnap = doksnap().environment("ENCRYPTION_PASSWORD", "hunter2 hunter2");
        Doksnap.Result valid = doksnap.run("validate");
        assertThat(valid.code()).as(migrated.out() + valid).isZero();
        String app = volume;
        assertThat(valid.out()).contains("1 app").contains(app + ": 0 2 * * * (UTC)");
        String before = find(other).startedAt();

        Doksnap.Result stored = doksnap.run("backup", app);
        assertThat(stored.code()).as(stored.toString()).isZero();
        assertThat(home.resolve("archive/backups/" + app + "/here")).isDirectory();
        assertThat(find(other).startedAt()).isNotEqualTo(before);
        assertThat(find(shop).isUp()).isTrue();

        Doksnap.Result restored = doksnap.run(
                "restore", app, "--to-directory", home.resolve("back").toString());
        assertThat(restored.code()).as(restored.toString()).isZero();
        assertThat(home.resolve("back/a.txt")).hasContent("hello");
        assertThat(home.resolve("back/dump.sql")).hasContent("dumped");

        Doksnap.Result nobody = doksnap.run("migrate", "--container", "doksnap-test-nobody");
        assertThat(nobody.code()).isEqualTo(4);
        assertThat(nobody.err()).contains("there is no container doksnap-test-nobody; 'docker ps -a' shows");
    }

    private Container find(String name) throws Exception {
        try (var engine = DockerEngines.connect(host, Duration.ofSeconds(60))) {
            return engine.containers().find(name).orElseThrow();
        }
    }
}
