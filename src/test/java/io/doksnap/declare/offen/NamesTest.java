package io.doksnap.declare.offen;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.declare.Declarations.Declared;
import io.doksnap.docker.Mount;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NamesTest {
    @TempDir
    private Path directory;

    /** A destination and an encryption each, so that every name is also the end of variables. */
    @Test
    void filesOfAnyNamesBecomeAppsDestinationsAndEncryptions() throws IOException {
        List<OffenSchedule> schedules = new ArrayList<>();
        for (String name :
                List.of("default", "file", "a-b", "a_b", "A-B", "-", "ü b", "x".repeat(80), "x".repeat(81))) {
            schedules.add(new OffenSchedule(
                    name, Map.of("AWS_S3_BUCKET_NAME", "bucket-" + schedules.size(), "GPG_PASSPHRASE", name)));
        }
        Migration migration = Migration.of(new OffenInstallation(
                "", schedules, List.of(Mount.volume("data", "/backup/data")), List.of(), List.of()));
        Declared declared = DeclaredMigration.read(directory, migration);
        assertThat(declared.policies())
                .extracting(policy -> policy.name())
                .containsExactly(
                        "backup",
                        "backup-2",
                        "a-b",
                        "a_b-2",
                        "A-B-3",
                        "backup-3",
                        "b",
                        "x".repeat(36),
                        "x".repeat(36) + "-2");
        assertThat(declared.settings().destinations()).hasSize(9);
    }
}
