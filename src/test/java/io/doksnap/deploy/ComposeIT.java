package io.doksnap.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.doksnap.testing.Command;
import io.doksnap.testing.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files for Docker hosts, read by the tools that they are for, in the oldest version that has to do. */
class ComposeIT {
    private static final Path COMPOSE = Path.of("docker-compose.yml");
    private static final Path STACK = Path.of("deploy/swarm-stack.yml");
    private static final Pattern VARIABLE = Pattern.compile("(?m)^(?:# )?([A-Z][A-Z0-9_]+)=");

    /** Those of the image, and those that are a matter of docker-compose.yml itself, which mounts the engine's socket. */
    private static final Set<String> NOT_PASSED_ON = Set.of(
            "DOCKER_CONFIG",
            "DOCKER_CONTEXT",
            "XDG_RUNTIME_DIR",
            "DOKSNAP_DATA_DIR",
            "DOKSNAP_BIND",
            "DOKSNAP_IDENTITY_PASSPHRASE",
            "DOKSNAP_JDKS",
            "JAVA_HOME",
            "XDG_STATE_HOME",
            "DOCKER_HOST",
            "DOCKER_TLS_VERIFY",
            "DOCKER_CERT_PATH");

    private static final Set<String> SECRETS = Set.of(
            "AWS_ACCESS_KEY_ID",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_SESSION_TOKEN",
            "GPG_PUBLIC_KEY",
            "ENCRYPTION_PASSWORD",
            "ENCRYPTION_PASSWORD_PREVIOUS",
            "AGE_RECIPIENTS",
            "AGE_PASSPHRASE",
            "DOKSNAP_API_KEY");

    @TempDir
    Path directory;

    @Test
    void composeFileIsUnderstoodAndPublishesOnLoopbackAlone() throws IOException {
        JsonNode service = compose(COMPOSE).path("services").path("doksnapshotter");
        assertThat(service.path("ports"))
                .hasSize(2)
                .allSatisfy(port -> assertThat(port.asText()).startsWith("127.0.0.1:"));
        assertThat(service.path("cap_drop").path(0).asText()).isEqualTo("ALL");
        assertThat(service.path("container_name").asText()).isEqualTo("doksnapshotter");
        assertThat(service.path("environment").path("AWS_SECRET_ACCESS_KEY").asText())
                .isEqualTo("p$$ss word'\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"deploy/swarm-stack.yml", "deploy/compose-socket-proxy.yml", "deploy/compose-secrets.yml"})
    void otherFilesAreUnderstood(String file) throws IOException {
        JsonNode read = file.equals(STACK.toString()) ? compose(STACK) : compose(COMPOSE, Path.of(file));
        assertThat(read.path("services").path("doksnapshotter").isObject()).isTrue();
    }

    @Test
    void stackStopsTheOldBeforeItStartsTheNewAndGivesItTime() throws IOException {
        JsonNode service = compose(STACK).path("services").path("doksnapshotter");
        assertThat(service.path("deploy").path("update_config").path("order").asText())
                .isEqualTo("stop-first");
        assertThat(service.path("stop_grace_period").asText()).startsWith("2m");
    }

    @Test
    void everyVariableOfTheExampleReachesTheProgram() throws IOException {
        Set<String> named = new TreeSet<>();
        Matcher variables = VARIABLE.matcher(Files.readString(Path.of(".env.example")));
        while (variables.find()) {
            named.add(variables.group(1));
        }
        named.removeAll(NOT_PASSED_ON);
        named.removeIf(name -> isIn(COMPOSE, "${" + name));
        assertThat(named)
                .allSatisfy(name -> assertThat(Files.readString(COMPOSE)).contains("      - " + name + "\n"));
    }

    @Test
    void everySecretReachesTheProgramFromAFileToo() throws IOException {
        JsonNode environment =
                compose(COMPOSE).path("services").path("doksnapshotter").path("environment");
        assertThat(SECRETS)
                .allSatisfy(name -> assertThat(environment.has(name)).as(name).isTrue())
                .allSatisfy(name -> assertThat(environment.has(name + "_FILE"))
                        .as(name + "_FILE")
                        .isTrue());
    }

    private static boolean isIn(Path file, String text) {
        try {
            return Files.readString(file).contains(text);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void unitIsUnderstood() throws IOException {
        String unit = Files.readString(Path.of("deploy/doksnap.service"));
        assertThat(unit).contains("ExecStart=/opt/doksnap/doksnap run\n");
        Path copy = directory.resolve("doksnap.service");
        Files.writeString(
                copy, unit.replace("/opt/doksnap/doksnap run", "/bin/true").replaceAll("Documentation=.*", ""));
        Command.Result verified = Command.of(Needs.command("systemd-analyze").toString(), "verify", copy.toString())
                .run();
        assertThat(verified.errors()).doesNotContain("doksnap.service");
        assertThat(verified.exitCode()).as(verified.errors()).isZero();
    }

    /** What docker-compose makes of files, with a few variables of an .env file. */
    private JsonNode compose(Path... files) throws IOException {
        Command command = Command.of(
                        Needs.command("docker-compose").toString(), "--project-directory", directory.toString())
                .env("AWS_SECRET_ACCESS_KEY", "p$ss word'\"");
        Files.createDirectories(directory.resolve("secrets"));
        for (Path file : files) {
            command.with("--file", file.toAbsolutePath().toString());
        }
        // It prints its own answer as a file that it could read again, so with $$ for $.
        return new ObjectMapper(new YAMLFactory())
                .readTree(new String(command.with("config").output(), UTF_8));
    }
}
