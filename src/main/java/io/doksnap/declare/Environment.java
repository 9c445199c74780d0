package io.doksnap.declare;

import io.doksnap.declare.KnownKeys.Kind;
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
    static final Set<String> KNOWN = new TreeSet<>(Set.of(
            "DOKSNAP_BIND",
            "DOKSNAP_HOST",
            "DOKSNAP_DATA_DIR",
            "DOKSNAP_API_KEY",
            "DOKSNAP_API_KEY_FILE",
            "DOKSNAP_IDENTITY_PASSPHRASE",
            "DOKSNAP_JAVA_OPTS",
            "DOKSNAP_JDKS",
            "DOKSNAP_LOG"));

    /** Of the Compose files; all of an .env file may be in the environment, as Dokploy has it. */
    private static final Set<String> OF_COMPOSE = Set.of(
            "DOKSNAP_IMAGE",
            "DOKSNAP_BUILD_BASE",
            "DOKSNAP_RUNTIME_BASE",
            "DOKSNAP_PROGRAM",
            "DOKSNAP_CONFIG",
            "DOKSNAP_API_PORT",
            "DOKSNAP_STATUS_PORT");

    private final Map<String, String> variables;
    private final String suffix;
    private final Problems problems;
    private final KnownKeys known;

    Environment(Map<String, String> variables, Problems problems) {
        this(variables, problems, new KnownKeys());
    }

    /** An environment of which somebody wants to know what was asked for. */
    Environment(Map<String, String> variables, Problems problems, KnownKeys known) {
        this(new TreeMap<>(variables), "", problems, known);
    }

    private Environment(Map<String, String> variables, String suffix, Problems problems, KnownKeys known) {
        this.variables = variables;
        this.suffix = suffix;
        this.problems = problems;
        this.known = known;
    }

    /** The variables of something that has a name, which ends theirs: {@code ENCRYPTION_PASSWORD_TEAM_KEY}. */
    Environment of(String owner) {
        return new Environment(variables, Names.suffix(owner), problems, known);
    }

    /** Those that belong to nobody in particular. */
    Environment usual() {
        return new Environment(variables, "", problems, known);
    }

    /** What a variable is called here. */
    String name(String name) {
        return name + suffix;
    }

    /** Where a variable's value comes from, for messages. */
    Place place(String name) {
        return Place.variable(name(name));
    }

    Optional<String> value(String name) {
        known.asked(place(name), Kind.TEXT);
        return variable(name(name));
    }

    private Optional<String> variable(String name) {
        return Optional.ofNullable(variables.get(name)).map(String::strip).filter(value -> !value.isEmpty());
    }

    /** The secret in the variable {@code NAME}, or in the file that {@code NAME_FILE} names. */
    Optional<Secret> secret(String name) {
        String full = name(name);
        known.asked(place(name), Kind.SECRET);
        Optional<String> value = variable(full);
        Optional<String> file = variable(full + FILE);
        if (value.isPresent() && file.isPresent()) {
            problems.add(Place.variable(full), "both " + full + " and " + full + FILE + " are set; unset one of them");
        }
        if (value.isPresent()) {
            return Optional.of(Secret.of(Place.variable(full), value.get()));
        }
        return file.flatMap(path -> path(full + FILE, path))
                .map(path -> Secret.inFile(Place.variable(full + FILE), path));
    }

    Optional<Path> path(String name) {
        known.asked(place(name), Kind.PATH);
        return value(name).flatMap(text -> path(name, text));
    }

    /** Warns of each variable that looks like ours and is none: it was meant to do something. */
    void reportUnknownVariables() {
        for (String name : variables.keySet()) {
            if (name.startsWith("DOKSNAP_") && !KNOWN.contains(name) && !OF_COMPOSE.contains(name)) {
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
