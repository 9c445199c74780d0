package io.doksnap.declare.offen;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.declare.Declarations.Declared;
import io.doksnap.declare.labels.Carrier;
import io.doksnap.declare.labels.LabelPolicy;
import io.doksnap.declare.labels.Labels;
import io.doksnap.docker.Mount;
import io.doksnap.policy.AllowedPaths;
import java.io.IOException;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MigrationTest {
    private static final List<Mount> MOUNTS =
            List.of(Mount.volume("shop_data", "/backup/data"), Mount.bind("/home/me/conf", "/backup/conf"));
    private static final Map<String, String> BUCKET = Map.of("AWS_S3_BUCKET_NAME", "b-1");

    private static final String WHOLE = """
        # Written by 'doksnap migrate' from an installation of offen/docker-volume-backup.
        #
        # Secrets stay in the environment (a file .env, mode 0600):
        #   AWS_ACCESS_KEY_ID: as it is
        #   AWS_SECRET_ACCESS_KEY_FILE: as it is
        #   ENCRYPTION_PASSWORD: the value of GPG_PASSPHRASE

        s3:
          endpoint: 'https://s3.amazonaws.com'
          bucket: bucket
          prefix: host1

        encryption:
          method: aes256

        apps:
          - name: backup
            container: db
            sources:
              - volume: shop_data
              - directory: /home/me/conf
            schedule: '30 3 * * *'
            retention:
              daily: 10
            compression: gzip
            quiesce:
              mode: stop
              with: [shop-web-1]
              timeout: '2m'
            hooks:
              pre_backup:
                - exec:
                    command: [sh, '-c', 'sh -c ''date > /data/then''']
                    user: app
                  timeout: '1h'

        defaults:
          timezone: Europe/Berlin

        docker:
          allowed_paths:
            - /home/me/conf

        # Labels cannot say backup: not every source is a volume of a workload that is itself stopped, or runs the commands.
        """;

    @TempDir
    private Path directory;

    @Test
    void wholeInstallationIsMoved() throws IOException {
        Carrier db = Carrier.container(
                "db",
                Map.of(
                        "docker-volume-backup.archive-pre", "sh -c 'date > /data/then'",
                        "docker-volume-backup.archive-pre.user", "app",
                        "docker-volume-backup.stop-during-backup", "true"));
        Carrier web =
                Carrier.compose("shop-web-1", "shop", "web", Map.of("docker-volume-backup.stop-during-backup", "true"));
        Migration migration = Migration.of(new OffenInstallation(
                "backup",
                List.of(new OffenSchedule("", EnvFile.read("""
                    BACKUP_CRON_EXPRESSION="0 30 3 * * ?"
                    BACKUP_RETENTION_DAYS=10
                    BACKUP_STOP_SERVICE_TIMEOUT=2m
                    BACKUP_PRUNING_PREFIX=files-
                    BACKUP_COMPRESSION=gz
                    AWS_S3_BUCKET_NAME=bucket
                    AWS_S3_PATH=/host1/
                    AWS_ACCESS_KEY_ID=AKIA
                    AWS_SECRET_ACCESS_KEY_FILE=/run/secrets/aws
                    GPG_PASSPHRASE=hunter2
                    TZ=Europe/Berlin
                    """))),
                MOUNTS,
                List.of(
                        new OffenWorkload(db, List.of(Mount.volume("shop_data", "/data"))),
                        new OffenWorkload(web, List.of(Mount.bind("/home/me/conf", "/conf")))),
                List.of()));
        assertThat(migration.config()).isEqualTo(WHOLE);
        assertThat(migration.complete()).isTrue();
        assertThat(DeclaredMigration.read(directory, migration).warnings()).isEmpty();
    }

    @Test
    void labelsSayTheSame() throws IOException {
        Carrier db = Carrier.container(
                "db",
                Map.of(
                        "docker-volume-backup.exec-pre", "sync",
                        "docker-volume-backup.archive-post", "rm -f /data/x",
                        "docker-volume-backup.stop-during-backup", "one,two"));
        OffenWorkload workload = new OffenWorkload(db, List.of(Mount.volume("shop_data", "/data")));
        Map<String, String> common = Map.of(
                "AWS_S3_BUCKET_NAME",
                "bucket",
                "BACKUP_LABEL_MATCH_BEHAVIOR",
                "one-of",
                "BACKUP_EXCLUDE_REGEXP",
                "\\.(log|tmp)$");
        Map<String, String> one = new HashMap<>(common);
        one.put("BACKUP_STOP_DURING_BACKUP_LABEL", "one");
        one.put("BACKUP_RETENTION_DAYS", "2");
        one.put("BACKUP_CRON_EXPRESSION", "@hourly");
        Map<String, String> two = new HashMap<>(common);
        two.put("BACKUP_STOP_DURING_BACKUP_LABEL", "other");
        two.put("BACKUP_CRON_EXPRESSION", "0 0 5 31 2 ?");
        two.put("AWS_S3_BUCKET_NAME", "second");
        Migration migration = Migration.of(new OffenInstallation(
                "backup",
                List.of(new OffenSchedule("One", one), new OffenSchedule("two", two)),
                List.of(Mount.volume("shop_data", "/backup/data")),
                List.of(workload),
                List.of()));
        assertThat(migration.labels().get("db"))
                .containsEntry("doksnap.policies.one.schedule", "@hourly")
                .containsEntry("doksnap.policies.one.retention", "last=48")
                .containsEntry("doksnap.policies.one.volume.shop_data.exclude", "*.log,*.tmp")
                .containsEntry("doksnap.policies.one.quiesce", "stop")
                .containsEntry("doksnap.policies.one.hooks.pre", "sync")
                .containsEntry("doksnap.policies.one.hooks.post", "rm -f /data/x")
                .containsEntry("doksnap.policies.two.suspend", "true")
                .containsEntry("doksnap.policies.two.retention", "all")
                .containsEntry("doksnap.policies.two.destination", "two")
                .doesNotContainKey("doksnap.policies.two.quiesce");
        DeclaredMigration.read(directory, migration);
        List<LabelPolicy> read = new Labels(ZoneOffset.UTC, AllowedPaths.usual(), false)
                .read(Carrier.container("db", migration.labels().getOrDefault("db", Map.of())));
        assertThat(read)
                .hasSize(2)
                .allSatisfy(policy -> assertThat(policy.problems()).isEmpty());
    }

    @Test
    void schedulesMayHavePlacesAndKeysOfTheirOwn() throws IOException {
        Migration migration = Migration.of(new OffenInstallation(
                "backup",
                List.of(
                        new OffenSchedule(
                                "a",
                                Map.of(
                                        "AWS_S3_BUCKET_NAME",
                                        "b-1",
                                        "AWS_ACCESS_KEY_ID",
                                        "k1",
                                        "AWS_SECRET_ACCESS_KEY",
                                        "s1",
                                        "GPG_PASSPHRASE",
                                        "p1")),
                        new OffenSchedule(
                                "b",
                                Map.of(
                                        "AWS_S3_BUCKET_NAME",
                                        "b-2",
                                        "AWS_ACCESS_KEY_ID",
                                        "k2",
                                        "AWS_SECRET_ACCESS_KEY",
                                        "s2",
                                        "AGE_PUBLIC_KEYS",
                                        "age1abc,ssh-ed25519 AAAA")),
                        new OffenSchedule(
                                "c",
                                Map.of(
                                        "AWS_S3_BUCKET_NAME",
                                        "b-1",
                                        "AWS_ACCESS_KEY_ID",
                                        "k1",
                                        "AWS_SECRET_ACCESS_KEY",
                                        "s1",
                                        "GPG_PASSPHRASE",
                                        "p2",
                                        "BACKUP_SOURCES",
                                        "/backup/data/part")),
                        new OffenSchedule("d", Map.of("TZ", "Asia/Tokyo", "BACKUP_ARCHIVE", "/local"))),
                List.of(Mount.volume("shop_data", "/backup/data"), Mount.bind("/srv/copies", "/local")),
                List.of(),
                List.of()));
        Declared declared = DeclaredMigration.read(directory, migration);
        assertThat(declared.settings().destinations()).containsOnlyKeys("default", "b", "archive");
        assertThat(declared.policies()).extracting(policy -> policy.name()).containsExactly("a", "b", "c", "d");
        assertThat(declared.policies())
                .extracting(policy -> policy.destinations())
                .containsExactly(List.of("default"), List.of("b"), List.of("default"), List.of("archive"));
        assertThat(migration.config())
                .contains("#   AWS_SECRET_ACCESS_KEY_B: the value of AWS_SECRET_ACCESS_KEY of b\n")
                .contains("#   ENCRYPTION_PASSWORD_C: the value of GPG_PASSPHRASE of c\n")
                .contains("#   AGE_RECIPIENTS_B: age1abc\n")
                .contains("- directory: /var/lib/docker/volumes/shop_data/_data/part\n")
                .contains("timezone: Asia/Tokyo");
        assertThat(migration.findings())
                .filteredOn(Finding::lost)
                .extracting(Finding::setting)
                .containsExactly("AGE_PUBLIC_KEYS");
    }

    @Test
    void oursIsNotRemovedByOffensRotationUnwarned() {
        assertThat(prunes("")).isTrue();
        assertThat(prunes("backup")).isTrue();
        assertThat(prunes("backup-")).isFalse();
    }

    private static boolean prunes(String prefix) {
        Map<String, String> variables = new HashMap<>(BUCKET);
        variables.put("BACKUP_RETENTION_DAYS", "7");
        variables.put("BACKUP_PRUNING_PREFIX", prefix);
        return Migration.of(new OffenInstallation(
                        "", List.of(new OffenSchedule("", variables)), MOUNTS, List.of(), List.of()))
                .findings()
                .stream()
                .anyMatch(finding -> finding.setting().equals("BACKUP_PRUNING_PREFIX"));
    }

    /** Whatever is set: the configuration is valid, no secret is shown, and what is lost is named. */
    @Test
    void whateverIsSetTheResultIsValidAndHoldsNoSecret() throws IOException {
        Random random = new Random(42);
        List<String> odd =
                List.of("", "true", "7", "@daily", "x: 'y' \"z\" # &", "a\nb: c", "/backup/data", "no", "ü*", "-1");
        for (int i = 0; i < 400; i++) {
            Map<String, String> variables = new LinkedHashMap<>(BUCKET);
            List<String> secrets = new ArrayList<>();
            for (OffenVariable variable : OffenVariable.values()) {
                if (random.nextInt(4) > 0 || skipped(variable)) {
                    continue;
                }
                String secret = "s3cr3t-" + random.nextInt(1_000_000);
                variables.put(variable.name(), variable.secret() ? secret : odd.get(random.nextInt(odd.size())));
                if (variable.secret()) {
                    secrets.add(secret);
                }
            }
            if (variables.containsKey("AWS_ACCESS_KEY_ID") != variables.containsKey("AWS_SECRET_ACCESS_KEY")) {
                variables.put("AWS_ACCESS_KEY_ID", "s3cr3t-a");
                variables.put("AWS_SECRET_ACCESS_KEY", "s3cr3t-b");
            }
            Migration migration = Migration.of(
                    new OffenInstallation("", List.of(new OffenSchedule("", variables)), MOUNTS, List.of(), List.of()));
            DeclaredMigration.read(directory, migration);
            secrets.forEach(secret ->
                    assertThat(migration.config() + migration.findings()).doesNotContain(secret));
            variables.forEach((name, value) -> {
                if (OffenVariable.of(name).orElseThrow().fate() == Fate.LOST && value.startsWith("s3cr3t")) {
                    assertThat(migration.findings())
                            .anyMatch(each -> each.lost() && each.setting().contains(name));
                }
            });
        }
    }

    /** What has to be right for anybody: offen would not start either. */
    private static boolean skipped(OffenVariable variable) {
        return (variable.name().startsWith("AWS_") && !variable.secret())
                || variable == OffenVariable.DOCKER_HOST
                || variable == OffenVariable.BACKUP_ARCHIVE;
    }
}
