package io.doksnap.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.doksnap.testing.SettableClock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code doksnap migrate} as it is typed, without an engine. */
class MigrateCommandTest {
    @TempDir
    private Path home;

    private String compose;

    @BeforeEach
    void write() throws IOException {
        compose = Files.writeString(home.resolve("docker-compose.yml"), """
                        name: shop
                        services:
                          web:
                            image: nginx
                            volumes: ["data:/data"]
                            labels: {docker-volume-backup.stop-during-backup: "true"}
                          backup:
                            image: offen/docker-volume-backup:v2
                            env_file: backup.env
                            volumes: ["data:/backup/data:ro", "/srv/copies:/archive"]
                        volumes: {data: {}}
                        """).toString();
        Files.writeString(home.resolve("backup.env"), "BACKUP_RETENTION_DAYS=7\nBACKUP_PRUNING_PREFIX=x-\n");
    }

    @Test
    void whatIsPrintedIsAValidConfiguration() throws IOException {
        Ended migrated = run("migrate", "--compose", compose);
        assertThat(migrated.code()).as(migrated.err()).isZero();
        assertThat(migrated.err())
                .isEqualTo("warning: encryption: archives are not encrypted there, and so not here; 'doksnap keygen'"
                        + " makes a key pair\n");
        Path config = Files.writeString(home.resolve("config.yaml"), migrated.out());
        Ended valid = run("validate", config.toString());
        assertThat(valid.code()).as(migrated.out() + valid).isZero();
        assertThat(valid.out()).contains("shop_data: @daily (UTC)");
        assertThat(migrated.out())
                .contains("# shop-web-1:\n#   doksnap.schedule: '@daily'\n#   doksnap.volumes: shop_data\n");
    }

    @Test
    void whatIsLostHasACodeOfItsOwnAndIsInTheDocument() throws IOException {
        Files.writeString(home.resolve("backup.env"), "SSH_HOST_NAME=nas\nSSH_PASSWORD=hunter2\n");
        Ended migrated = run("migrate", "--compose", compose, "--output", "json");
        assertThat(migrated.code()).isEqualTo(ExitCode.NOT_ALL_CARRIED_OVER);
        assertThat(migrated.err()).startsWith("error: not carried over: SSH_HOST_NAME, SSH_PASSWORD: there are S3");
        assertThat(migrated.out() + migrated.err()).doesNotContain("hunter2");
        JsonNode document = new ObjectMapper().readTree(migrated.out());
        assertThat(document.path("exitCode").asInt()).isEqualTo(11);
        assertThat(document.path("config").asText()).contains("apps:\n  - name: shop_data\n");
        assertThat(document.path("labels")
                        .path("shop-web-1")
                        .path("doksnap.quiesce")
                        .asText())
                .isEqualTo("stop");
        assertThat(document.path("notCarriedOver").path(0).path("setting").asText())
                .isEqualTo("SSH_HOST_NAME, SSH_PASSWORD");
        assertThat(document.path("warnings")).isNotEmpty();
    }

    @Test
    void whatMakesNoSenseIsSaid() {
        assertThat(run("migrate").err()).contains("say where the installation is: --compose FILE");
        assertThat(run("migrate").code()).isEqualTo(ExitCode.USAGE);
        assertThat(run("migrate", "--service", "backup", "--env", "x").err()).contains("add --compose FILE");
        Ended nobody = run("migrate", "--compose", compose, "--service", "nobody");
        assertThat(nobody.code()).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(nobody.err()).contains("has no service nobody; it has web, backup");
    }

    private Ended run(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = new Console(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false);
        int code = Main.commandLine(console, SettableClock.at("2026-11-23T02:00:00Z"))
                .execute(arguments);
        return new Ended(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private record Ended(int code, String out, String err) {}
}
