package io.doksnap.declare.offen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.doksnap.docker.Mount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OffenReaderTest {
    private static final String COMPOSE = """
        services:
          db:
            image: postgres:16
            container_name: the-db
            volumes: ["pg:/var/lib/postgresql/data"]
            labels:
              docker-volume-backup.stop-during-backup: "true"
          web:
            image: nginx
            volumes:
              - {type: volume, source: files, target: /files}
            deploy:
              labels: [docker-volume-backup.archive-pre=sync $$HOME]
          backup:
            image: offen/docker-volume-backup:v2
            env_file: backup.env
            environment:
              - AWS_S3_BUCKET_NAME=${BUCKET:-none}
              - AWS_SECRET_ACCESS_KEY
              - AWS_ACCESS_KEY_ID=key
              - BACKUP_RETENTION_DAYS=7
            volumes:
              - pg:/backup/pg:ro
              - files:/backup/files:ro
              - ./conf:/backup/conf:ro
              - /var/run/docker.sock:/var/run/docker.sock:ro
        volumes:
          pg: {}
          files:
            external: true
        """;

    @TempDir
    private Path home;

    private Path compose(String text) throws IOException {
        Path directory = Files.createDirectories(home.resolve("My.Shop"));
        Files.writeString(
                directory.resolve("backup.env"), "BACKUP_RETENTION_DAYS=3\nBACKUP_CRON_EXPRESSION='@daily'\n");
        Files.writeString(directory.resolve(".env"), "BUCKET=from-env\nAWS_SECRET_ACCESS_KEY=secret\n");
        return Files.writeString(directory.resolve("docker-compose.yml"), text);
    }

    private OffenInstallation read(Path file, Optional<String> service) throws OffenException {
        OffenReader reader = new OffenReader();
        reader.compose(file, service, Map.of());
        return reader.installation();
    }

    @Test
    void composeFileTellsVariablesMountsAndWorkloads() throws Exception {
        OffenInstallation read = read(compose(COMPOSE), Optional.empty());
        assertThat(read.name()).isEqualTo("backup");
        assertThat(read.schedules())
                .singleElement()
                .satisfies(schedule -> assertThat(schedule.variables())
                        .containsOnly(
                                Map.entry("AWS_S3_BUCKET_NAME", "from-env"),
                                Map.entry("AWS_SECRET_ACCESS_KEY", "secret"),
                                Map.entry("AWS_ACCESS_KEY_ID", "key"),
                                Map.entry("BACKUP_RETENTION_DAYS", "7"),
                                Map.entry("BACKUP_CRON_EXPRESSION", "@daily")));
        assertThat(read.schedules().toString()).doesNotContain("secret");
        assertThat(read.mounts())
                .contains(
                        Mount.volume("myshop_pg", "/backup/pg"),
                        Mount.volume("files", "/backup/files"),
                        Mount.bind(home.resolve("My.Shop/conf").toString(), "/backup/conf"));
        assertThat(read.workloads())
                .extracting(OffenWorkload::name)
                .containsExactly("the-db", "myshop-web-1", "myshop-backup-1");
        assertThat(read.workloads().get(1).label(OffenLabel.ARCHIVE_PRE)).contains("sync $HOME");
        assertThat(read.own()).extracting(OffenWorkload::name).containsExactly("myshop-backup-1");
        Migration migration = Migration.of(read);
        DeclaredMigration.read(home, migration);
        assertThat(migration.config()).contains("container: myshop-web-1").contains("service: db}}");
    }

    @Test
    void eachFileOfConfDIsASchedule() throws Exception {
        Path conf = Files.createDirectory(home.resolve("conf.d"));
        Files.writeString(conf.resolve("01-app.env"), "NAME=x\nBACKUP_SOURCES=/backup/${NAME}\n");
        Files.writeString(conf.resolve("02-db.conf"), "BACKUP_RETENTION_DAYS=9\n");
        OffenReader reader = new OffenReader();
        reader.compose(compose(COMPOSE), Optional.empty(), Map.of());
        reader.confD(conf);
        OffenInstallation read = reader.installation();
        assertThat(read.schedules()).extracting(OffenSchedule::name).containsExactly("01-app", "02-db");
        assertThat(read.schedules().get(0).variables())
                .containsEntry("BACKUP_SOURCES", "/backup/x")
                .containsEntry("BACKUP_RETENTION_DAYS", "7");
        assertThat(read.schedules().get(1).variables()).containsEntry("BACKUP_RETENTION_DAYS", "9");
    }

    @Test
    void confDThatIsMountedIsFound() throws Exception {
        Path file = compose(COMPOSE.replace(
                "      - /var/run/docker.sock:",
                "      - ./sets:/etc/dockervolumebackup/conf.d\n      - /var/run/docker.sock:"));
        assertThatThrownBy(() -> read(file, Optional.empty())).hasMessageContaining("name the copy with --conf-d");
        Files.createDirectory(home.resolve("My.Shop/sets"));
        Files.writeString(home.resolve("My.Shop/sets/one.env"), "");
        assertThat(read(file, Optional.empty()).schedules())
                .extracting(OffenSchedule::name)
                .containsExactly("one");
    }

    @Test
    void wrongInputIsToldInOneLine() throws Exception {
        Path nowhere = home.resolve("nowhere.yml");
        assertThatThrownBy(() -> read(nowhere, Optional.empty()))
                .hasMessage("there is no " + nowhere + "; name the one you mean");
        Path none = compose("services: {web: {image: nginx}}");
        assertThatThrownBy(() -> read(none, Optional.empty())).hasMessageContaining("name yours with --service");
        assertThatThrownBy(() -> read(none, Optional.of("x"))).hasMessageContaining("has no service x; it has web");
        Path two = compose(
                "services: {a: {image: offen/docker-volume-backup}, b: {image: x/offen/docker-volume-backup@sha}}");
        assertThatThrownBy(() -> read(two, Optional.empty())).hasMessageContaining("migrate each: a, b");
        Path wrong = compose("services: [");
        assertThatThrownBy(() -> read(wrong, Optional.empty())).hasMessageContaining("is no YAML");
        Path empty = compose("");
        assertThatThrownBy(() -> read(empty, Optional.empty())).hasMessageContaining("names no services");
    }
}
