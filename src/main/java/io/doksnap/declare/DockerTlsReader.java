package io.doksnap.declare;

import io.doksnap.docker.EngineTls;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Reads with which certificates the Docker Engine is spoken to: those of the file, else those that the docker command would take. */
final class DockerTlsReader {
    private final Environment environment;
    private final Path directory;
    private final Problems problems;

    DockerTlsReader(Environment environment, Path directory, Problems problems) {
        this.environment = environment;
        this.directory = directory;
        this.problems = problems;
    }

    /** Reads {@code docker.tls}, with whatever else is in it reported. */
    Optional<EngineTls> read(Section docker) {
        Section tls = docker.section("tls");
        Optional<Path> ca = tls.path("ca", directory);
        Optional<Path> certificate = tls.path("cert", directory);
        Optional<Path> key = tls.path("key", directory);
        tls.reportUnknownKeys();
        if (!tls.isPresent()) {
            return EngineTls.from(Map.of(
                    "DOCKER_TLS_VERIFY", environment.value("DOCKER_TLS_VERIFY").orElse(""),
                    "DOCKER_CERT_PATH", environment.value("DOCKER_CERT_PATH").orElse(""),
                    "HOME", environment.value("HOME").orElse("/root")));
        }
        if (ca.isEmpty()) {
            problems.add(
                    docker.place("tls"),
                    "names no certificate authority; set ca to the file of the one that the engine's certificate is of");
            return Optional.empty();
        }
        if (certificate.isPresent() != key.isPresent()) {
            problems.add(docker.place("tls"), "needs both cert and key, or neither");
            return Optional.empty();
        }
        return Optional.of(new EngineTls(
                ca.get(), certificate.flatMap(own -> key.map(of -> new EngineTls.Own(own, of)))));
    }
}
