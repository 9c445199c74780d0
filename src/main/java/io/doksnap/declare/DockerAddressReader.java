package io.doksnap.declare;

import io.doksnap.docker.DockerContext;
import io.doksnap.docker.DockerException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Finds the Docker Engine where neither the file nor {@code DOCKER_HOST} names one: where the docker command of this user would. */
final class DockerAddressReader {
    private final Map<String, String> variables = new TreeMap<>();
    private final Problems problems;

    DockerAddressReader(Environment environment, Problems problems) {
        this.problems = problems;
        for (String name : List.of("DOCKER_CONTEXT", "DOCKER_CONFIG", "HOME", "XDG_RUNTIME_DIR")) {
            environment.value(name).ifPresent(value -> variables.put(name, value));
        }
    }

    Optional<DockerContext> context() {
        try {
            return DockerContext.current(variables);
        } catch (DockerException e) {
            problems.add(Place.variable("DOCKER_CONTEXT"), String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    String socket() {
        return DockerContext.usualSocket(variables);
    }
}
