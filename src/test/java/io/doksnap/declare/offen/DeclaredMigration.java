package io.doksnap.declare.offen;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.declare.ConfigReader;
import io.doksnap.declare.Declarations;
import io.doksnap.declare.Declarations.Declared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What was migrated, as our own reader takes it. */
final class DeclaredMigration {
    private static final Pattern VARIABLE = Pattern.compile("^#   ([A-Z0-9_]+): .*$", Pattern.MULTILINE);

    private DeclaredMigration() {}

    /** Reads the configuration with what its head says is in the environment. */
    static Declared read(Path directory, Migration migration) throws IOException {
        Map<String, String> environment = new HashMap<>();
        int secrets = migration.config().indexOf("# Secrets stay");
        Matcher variable =
                VARIABLE.matcher(secrets < 0 ? "" : migration.config().substring(secrets));
        while (variable.find()) {
            String name = variable.group(1);
            environment.put(
                    name,
                    name.startsWith("AGE_RECIPIENTS")
                            ? "age1abc"
                            : name.startsWith("GPG_PUBLIC_KEY") ? "-----BEGIN PGP PUBLIC KEY BLOCK-----" : "/x");
        }
        Path file = Files.writeString(directory.resolve("config.yaml"), migration.config());
        Declarations read = new ConfigReader().read(file, environment);
        assertThat(read)
                .as(migration.config() + (read instanceof Declarations.Rejected rejected ? rejected.problems() : ""))
                .isInstanceOf(Declared.class);
        return (Declared) read;
    }
}
