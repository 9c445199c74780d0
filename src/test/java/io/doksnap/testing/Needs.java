package io.doksnap.testing;

import static org.junit.jupiter.api.Assumptions.abort;

import io.doksnap.docker.DockerEngine;
import io.doksnap.docker.DockerEngines;
import io.doksnap.docker.DockerException;
import java.io.File;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a test needs of the machine. Where it is missing the test is skipped with a line that says why; with {@code CI=true}
 * it fails, so that nothing is skipped there unseen. To be called from a test or a {@code @BeforeEach}: what is skipped before
 * all tests of a class is missing from Surefire's counts.
 */
public final class Needs {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Set<String> SAID = ConcurrentHashMap.newKeySet();

    private Needs() {}

    /** A Docker Engine that answers, and that no other class of tests has until this one is through; returns its host. */
    public static URI docker() {
        EngineTurn.take();
        try {
            URI host = DockerEngines.hostFrom(System.getenv());
            try (DockerEngine engine = DockerEngines.connect(host, PATIENCE)) {
                engine.info();
            }
            return host;
        } catch (DockerException e) {
            throw missing("a Docker Engine: " + e.getMessage());
        }
    }

    /** A command on PATH; returns its file. */
    public static Path command(String name) {
        return find(name).orElseThrow(() -> missing("the command " + name + ": not found on PATH"));
    }

    /** Whether a command is there that a test can do without; with {@code CI=true} it has to be. */
    public static boolean hasCommand(String name) {
        Optional<Path> found = find(name);
        if (found.isEmpty() && "true".equals(System.getenv("CI"))) {
            throw missing("the command " + name + ": not found on PATH");
        }
        return found.isPresent();
    }

    /** A command that dev/test brings only where there is npm: without it the test is skipped, also with {@code CI=true}. */
    public static Path broughtByNpm(String name) {
        return find(name)
                .orElseThrow(() -> missing("the command " + name + ", and npm for dev/test to bring it", false));
    }

    private static Optional<Path> find(String name) {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** To be root. */
    public static void root() {
        if (!"root".equals(System.getProperty("user.name"))) {
            throw missing("to be root: this is " + System.getProperty("user.name"));
        }
    }

    /** To be allowed namespaces of one's own, with what makes a node of a Swarm in each. */
    public static void nodes() {
        root();
        for (String name : List.of("unshare", "nsenter", "ip", "containerd", "dockerd", "docker")) {
            Path ignored = command(name);
        }
        Command.Result trial =
                Command.of("unshare", "--net", "--uts", "--mount", "true").run();
        if (trial.exitCode() != 0) {
            throw missing("namespaces of its own: " + trial.errors().strip());
        }
    }

    private static RuntimeException missing(String what) {
        return missing(what, "true".equals(System.getenv("CI")));
    }

    static RuntimeException missing(String what, boolean mustBeThere) {
        if (mustBeThere) {
            throw new AssertionError("needs " + what + " (CI=true: nothing is skipped)");
        }
        if (SAID.add(what)) {
            System.out.println("!!! SKIPPED, needs " + what);
        }
        return abort("needs " + what);
    }
}
