package io.doksnap.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The engine is found where the docker command finds it. */
class DockerContextTest {
    /** What the command calls the directories of the context {@code rootless}: the SHA-256 of its name. */
    private static final String ROOTLESS = "12b961af5feb3e9d39f93b2cefb9a1a944f18d02cca0cac2f04f5a982240605f";

    @TempDir
    private Path home;

    @Test
    void contextThatIsCurrentNamesTheEngine() throws IOException {
        current("rootless");
        context("unix:///run/user/1000/docker.sock");
        assertThat(DockerEngines.hostFrom(environment())).isEqualTo(URI.create("unix:///run/user/1000/docker.sock"));
        assertThat(DockerEngines.hostFrom(
                        Map.of("HOME", home.toString(), "DOCKER_HOST", "unix:///var/run/docker.sock")))
                .isEqualTo(URI.create("unix:///var/run/docker.sock"));
        assertThat(DockerContext.current(Map.of("HOME", home.toString(), "DOCKER_CONTEXT", "default")))
                .isEmpty();
    }

    @Test
    void itsCertificatesComeWithIt() throws IOException {
        current("rootless");
        context("tcp://db1");
        Path tls = Files.createDirectories(home.resolve(".docker/contexts/tls/" + ROOTLESS + "/docker"));
        for (String file : new String[] {"ca.pem", "cert.pem", "key.pem"}) {
            Files.writeString(tls.resolve(file), "pem");
        }
        assertThat(DockerContext.current(environment()))
                .hasValue(new DockerContext(
                        "tcp://db1",
                        Optional.of(new EngineTls(
                                tls.resolve("ca.pem"),
                                Optional.of(new EngineTls.Own(tls.resolve("cert.pem"), tls.resolve("key.pem")))))));
        assertThat(DockerEngines.hostFrom(environment())).isEqualTo(URI.create("tcp://db1:2376"));
    }

    @Test
    void contextThatIsNotThereIsSaidAndNotPassedOver() throws IOException {
        current("gone");
        assertThatExceptionOfType(DockerException.class)
                .isThrownBy(() -> DockerContext.current(environment()))
                .withMessageContaining("The context 'gone' of the docker command")
                .withMessageContaining("docker context ls");
        Files.writeString(home.resolve(".docker/config.json"), "{");
        assertThatExceptionOfType(DockerException.class)
                .isThrownBy(() -> DockerContext.current(environment()))
                .withMessageContaining("config.json, which the docker command keeps, cannot be read");
    }

    @Test
    void whereNothingIsNamedTheUsualSocketIsTaken() throws IOException {
        assertThat(DockerContext.current(environment())).isEmpty();
        assertThat(DockerContext.current(Map.of())).isEmpty();
        assertThat(DockerContext.usualSocket(Map.of("XDG_RUNTIME_DIR", home.toString())))
                .isEqualTo("unix:///var/run/docker.sock");
        if (Files.notExists(Path.of("/var/run/docker.sock"))) {
            Files.writeString(home.resolve("docker.sock"), "");
            assertThat(DockerContext.usualSocket(Map.of("XDG_RUNTIME_DIR", home.toString())))
                    .isEqualTo("unix://" + home + "/docker.sock");
        }
    }

    private Map<String, String> environment() {
        return Map.of("HOME", home.toString());
    }

    private void current(String name) throws IOException {
        Files.createDirectories(home.resolve(".docker"));
        Files.writeString(home.resolve(".docker/config.json"), "{\"auths\": {}, \"currentContext\": \"" + name + "\"}");
    }

    private void context(String host) throws IOException {
        Path meta = Files.createDirectories(home.resolve(".docker/contexts/meta/" + ROOTLESS));
        Files.writeString(
                meta.resolve("meta.json"),
                "{\"Name\": \"rootless\", \"Endpoints\": {\"docker\": {\"Host\": \"" + host + "\"}}}");
    }
}
