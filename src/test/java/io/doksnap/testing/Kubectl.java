package io.doksnap.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A kubectl of this machine, with a kubeconfig. */
public final class Kubectl {
    private static final int OLDEST = 29;

    private final Path program;
    private final Path kubeconfig;

    private final byte[] input;

    private Kubectl(Path program, Path kubeconfig, byte[] input) {
        this.program = program;
        this.kubeconfig = kubeconfig;
        this.input = input;
    }

    public static Kubectl of(Path program, Path kubeconfig) {
        return new Kubectl(program, kubeconfig, new byte[0]);
    }

    /** With this as its standard input, as for {@code apply -f -}. */
    public Kubectl with(String text) {
        return new Kubectl(program, kubeconfig, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Every kubectl of 1.29 or later that lies beside the one on PATH ({@code kubectl.1.31}), else that one; the name is its version. */
    public static List<Path> versions() {
        Path onPath = Needs.command("kubectl");
        TreeMap<Integer, Path> found = new TreeMap<>();
        try (Stream<Path> files = Files.list(onPath.toRealPath().getParent())) {
            files.filter(Files::isExecutable)
                    .forEach(file -> minor(file.getFileName().toString()).ifPresent(minor -> found.put(minor, file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found.isEmpty() ? List.of(onPath) : List.copyOf(found.values());
    }

    private static Optional<Integer> minor(String name) {
        if (!name.matches("kubectl\\.1\\.\\d+")) {
            return Optional.empty();
        }
        return Optional.of(Integer.valueOf(name.substring("kubectl.1.".length())))
                .filter(minor -> minor >= OLDEST);
    }

    /** Runs it to the end, whatever that is. */
    public Command.Result run(String... arguments) {
        return Command.of(program.toString())
                .with(arguments)
                .env("KUBECONFIG", kubeconfig.toString())
                .env("HOME", home())
                .input(input)
                .run();
    }

    /** Runs it to a good end; returns what it printed. */
    public String ok(String... arguments) {
        Command.Result result = run(arguments);
        assertThat(result.exitCode())
                .as("kubectl %s%n%s%s", String.join(" ", arguments), result.text(), result.errors())
                .isZero();
        return result.text();
    }

    /** Runs it to an end that must be a bad one; returns what it complains of. */
    public String fails(String... arguments) {
        Command.Result result = run(arguments);
        assertThat(result.exitCode())
                .as("kubectl %s%n%s", String.join(" ", arguments), result.text())
                .isNotZero();
        return result.errors();
    }

    /** To be started by the test itself, as for {@code get -w}. */
    public ProcessBuilder builder(String... arguments) {
        ProcessBuilder builder = new ProcessBuilder(Stream.concat(Stream.of(program.toString()), Stream.of(arguments))
                .toList());
        builder.environment().put("KUBECONFIG", kubeconfig.toString());
        builder.environment().put("HOME", home());
        return builder;
    }

    /** Its caches of discovery lie here, one for each kubeconfig. */
    private String home() {
        return kubeconfig.toAbsolutePath().getParent().toString();
    }

    /** Such as {@code kubectl.1.31}. */
    @Override
    public String toString() {
        return program.getFileName().toString();
    }
}
