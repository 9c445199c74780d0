package io.doksnap.declare;

import io.doksnap.policy.Nearest;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The environment's variables. One that is empty counts as not set, since Compose files set {@code NAME=} so easily. */
final class Environment {
    private static final String FILE = "_FILE";
    /** Also those that only the launcher, the logging and the command line read: they are no mistake here. */
    private static final Set<String> KNOWN = new TreeSet<>(Set.of(
            "DOKSNAP_HOST",
            "DOKSNAP_DATA_DIR",
            "DOKSNAP_API_KEY",
            "DOKSNAP_API_KEY_FILE",
            "DOKSNAP_IDENTITY_PASSPHRASE",
            "DOKSNAP_JAVA_OPTS",
            "DOKSNAP_JDKS",
            "DOKSNAP_LOG"));

    private final Map<String, String> variables;
    private final Problems problems;

    Environment(Map<String, String> variables, Problems problems) {
        this.variables = new TreeMap<>(variables);
        this.problems = problems;
    }

    Optional<String> value(String name) {
        return Optional.ofNullable(variables.get(name)).map(String::strip).filter(value -> !value.isEmpty());
    }

    /** The secret in the variable {@code NAME}, or in the file that {@code NAME_FILE} names. */
    Optional<Secret> secret(String name) {
        Optional<String> value = value(name);
        Optional<String> file = value(name + FILE);
        if (value.isPresent() && file.isPresent()) {
            problems.add(Place.variable(name), "both " + name + " and " + name + FILE + " are set; unset one of them");
        }
        if (value.isPresent()) {
            return Optional.of(Secret.of(Place.variable(name), value.get()));
        }
        return file.flatMap(path -> path(name + FILE, path))
                .map(path -> Secret.inFile(Place.variable(name + FILE), path));
    }

    Optional<Path> path(String name) {
        return value(name).flatMap(text -> path(name, text));
    }

    /** Warns of each variable that looks like ours and is none: it was meant to do something. */
    void reportUnknownVariables() {
        for (String name : variables.keySet()) {
            if (name.startsWith("DOKSNAP_") && !KNOWN.contains(name)) {
                problems.warn(Place.variable(name), "is no variable of this program; " + Nearest.remedy(name, KNOWN));
            }
        }
    }

    private Optional<Path> path(String name, String text) {
        try {
            return Optional.of(Path.of(text).toAbsolutePath().normalize());
        } catch (InvalidPathException impossible) {
            problems.add(Place.variable(name), "is no path: " + impossible.getReason());
            return Optional.empty();
        }
    }
}
