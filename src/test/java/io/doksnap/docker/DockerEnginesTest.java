package io.doksnap.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DockerEnginesTest {

    @Test
    void usualSocketIsTakenWhereNothingIsSet() throws DockerException {
        assertThat(DockerEngines.hostFrom(Map.of())).isEqualTo(URI.create("unix:///var/run/docker.sock"));
        assertThat(DockerEngines.hostFrom(Map.of("DOCKER_HOST", " ")))
                .isEqualTo(URI.create("unix:///var/run/docker.sock"));
    }

    @ParameterizedTest
    @CsvSource({
        "unix:///run/user/1000/docker.sock, unix:///run/user/1000/docker.sock",
        "unix:/var/run/docker.sock, unix:///var/run/docker.sock",
        "tcp://127.0.0.1:2375, tcp://127.0.0.1:2375",
        "tcp://docker, tcp://docker:2375",
        "tcp://[::1]:2375/, tcp://[::1]:2375",
        "ssh://backup@db1, ssh://backup@db1",
        "ssh://my_host:2222/, ssh://my_host:2222",
        "ssh://[::1]/run/user/1000/docker.sock, ssh://[::1]/run/user/1000/docker.sock",
    })
    void hostIsRead(String written, String meant) throws DockerException {
        assertThat(DockerEngines.hostFrom(Map.of("DOCKER_HOST", written))).isEqualTo(URI.create(meant));
    }

    @Test
    void usualPortOfTlsIsAnotherOne() throws DockerException {
        assertThat(DockerEngines.hostFrom(Map.of("DOCKER_HOST", "tcp://docker", "DOCKER_TLS_VERIFY", "1")))
                .isEqualTo(URI.create("tcp://docker:2376"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ssh://admin:geheim@host",
                "ssh://-oProxyCommand=x",
                "ssh://host/a b",
                "ssh://host:0",
                "npipe:////./pipe/docker_engine",
                "http://host:2375",
                "/var/run/docker.sock",
                "unix://",
                "unix://var/run/docker.sock",
                "tcp://",
                "tcp://admin:geheim@host:2375",
                "tcp://host:2375/path",
                "tcp://a b",
            })
    void otherHostIsAClearErrorWithoutItsSecrets(String written) {
        assertThatExceptionOfType(DockerException.class)
                .isThrownBy(() -> DockerEngines.hostFrom(Map.of("DOCKER_HOST", written)))
                .withMessageContaining("DOCKER_HOST")
                .withMessageContaining("tcp://host:2375")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("geheim"));
    }
}
