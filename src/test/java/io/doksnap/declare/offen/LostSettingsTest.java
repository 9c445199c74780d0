package io.doksnap.declare.offen;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.declare.labels.Carrier;
import io.doksnap.docker.Mount;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What has no counterpart is named. */
class LostSettingsTest {
    private static final List<Mount> MOUNTS =
            List.of(Mount.volume("shop_data", "/backup/data"), Mount.bind("/home/me/conf", "/backup/conf"));
    private static final Map<String, String> BUCKET = Map.of("AWS_S3_BUCKET_NAME", "b-1");

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "WEBDAV_URL=https://dav|WEBDAV_URL",
                "SSH_HOST_NAME=h|SSH_HOST_NAME",
                "BACKUP_FROM_SNAPSHOT=true|BACKUP_FROM_SNAPSHOT",
                "AWS_ENDPOINT_INSECURE=true|AWS_ENDPOINT_INSECURE",
                "BACKUP_EXCLUDE_REGEXP=/cache/.*|BACKUP_EXCLUDE_REGEXP",
                "BACKUP_CRON_EXPRESSION=@every 7m|BACKUP_CRON_EXPRESSION",
                "BACKUP_CRON_EXPRESSION_FILE=/run/x|BACKUP_CRON_EXPRESSION_FILE",
                "BACKUP_RETENTION_DAYS=week|BACKUP_RETENTION_DAYS",
                "BACKUP_SOURCES=/elsewhere|BACKUP_SOURCES",
                "BACKUP_COMPRESSION=xz|BACKUP_COMPRESSION",
                "BACKUP_RETENTION_DAY=7|BACKUP_RETENTION_DAY",
                "TZ=Mars/Olympus|TZ",
                "NOTIFICATION_URLS=smtp://u:hunter2@h|NOTIFICATION_URLS",
            })
    void settingWithoutCounterpartIsNamed(String written, String named) throws IOException {
        Map<String, String> variables = new HashMap<>(BUCKET);
        variables.put(written.substring(0, written.indexOf('=')), written.substring(written.indexOf('=') + 1));
        Migration migration = Migration.of(
                new OffenInstallation("", List.of(new OffenSchedule("", variables)), MOUNTS, List.of(), List.of()));
        assertThat(migration.complete()).isFalse();
        assertThat(migration.findings())
                .filteredOn(Finding::lost)
                .extracting(Finding::setting)
                .containsExactly(named);
        DeclaredMigration.read(directory, migration);
    }

    @ParameterizedTest
    @CsvSource({
        "BACKUP_FROM_SNAPSHOT, false",
        "AWS_ENDPOINT_INSECURE, ''",
        "NOTIFICATION_LEVEL, info",
        "GZIP_PARALLELISM, 4",
        "LOCK_TIMEOUT, 10m",
        "SOMEBODY_ELSES, x",
    })
    void settingThatMeansNothingHereIsNoLoss(String name, String value) {
        Map<String, String> variables = new HashMap<>(BUCKET);
        variables.put(name, value);
        assertThat(Migration.of(new OffenInstallation(
                                "", List.of(new OffenSchedule("", variables)), MOUNTS, List.of(), List.of()))
                        .complete())
                .isTrue();
    }

    @Test
    void labelsWithoutCounterpartAreNamedWithTheirWorkload() {
        OffenWorkload app = new OffenWorkload(
                Carrier.container(
                        "app",
                        Map.of(
                                "docker-volume-backup.copy-post", "rclone",
                                "docker-volume-backup.stop-during-backup-no-restart", "true",
                                "docker-volume-backup.stop-during-backups", "true")),
                List.of());
        OffenWorkload own = new OffenWorkload(
                Carrier.container("backup", Map.of("docker-volume-backup.archive-pre", "x")), List.of());
        Migration migration = Migration.of(new OffenInstallation(
                "", List.of(new OffenSchedule("", BUCKET)), MOUNTS, List.of(app, own), List.of(own)));
        assertThat(migration.findings())
                .filteredOn(Finding::lost)
                .extracting(Finding::setting)
                .containsExactly(
                        "app docker-volume-backup.copy-post",
                        "app docker-volume-backup.stop-during-backup-no-restart",
                        "app docker-volume-backup.stop-during-backups",
                        "backup docker-volume-backup.archive-pre");
    }

    @Test
    void commandInAServiceThatIsNotTheTargetIsNamed() throws IOException {
        OffenWorkload stopped = new OffenWorkload(
                Carrier.container("app", Map.of("docker-volume-backup.stop-during-backup", "true")), List.of());
        OffenWorkload service = new OffenWorkload(
                Carrier.service("db", Map.of("docker-volume-backup.archive-pre", "sync"), Map.of()), List.of());
        Migration migration = Migration.of(new OffenInstallation(
                "", List.of(new OffenSchedule("", BUCKET)), MOUNTS, List.of(stopped, service), List.of()));
        assertThat(migration.findings())
                .filteredOn(Finding::lost)
                .extracting(Finding::setting)
                .containsExactly("db");
        DeclaredMigration.read(directory, migration);
    }
}
