package io.doksnap.app;

import io.doksnap.docker.DockerEngine;
import io.doksnap.docker.DockerException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The name of the host that this process runs on, fit for a key. */
final class HostName {
    private HostName() {}

    /** The engine's name, else the machine's; empty in a container without an engine, whose own name is made up. */
    static Optional<String> from(DockerEngine docker) {
        return engine(docker).or(HostName::machine).map(HostName::keySafe).filter(name -> !name.isEmpty());
    }

    private static Optional<String> engine(DockerEngine docker) {
        try {
            return Optional.of(docker.info().name());
        } catch (DockerException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> machine() {
        if (Files.exists(Path.of("/.dockerenv")) || Files.exists(Path.of("/run/.containerenv"))) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    Files.readString(Path.of("/proc/sys/kernel/hostname")).strip());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static String keySafe(String name) {
        return name.replaceAll("[^A-Za-z0-9_.-]", "-").replaceAll("^[.]+", "");
    }
}
