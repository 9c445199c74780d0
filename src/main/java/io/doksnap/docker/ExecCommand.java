package io.doksnap.docker;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A command to be run inside a container.
 *
 * @param words the program and its arguments; no shell looks at them
 * @param user as the engine takes it; empty: the container's own
 * @param directory in which it starts; empty: the container's own
 * @param environment variables besides the container's own
 */
public record ExecCommand(
        List<String> words, Optional<String> user, Optional<String> directory, Map<String, String> environment) {

    public ExecCommand {
        words = List.copyOf(words);
        environment = Map.copyOf(environment);
    }

    /** A command as the container's own user. */
    public static ExecCommand of(String... words) {
        return new ExecCommand(List.of(words), Optional.empty(), Optional.empty(), Map.of());
    }

    /** The program alone: arguments and variables are where passwords stand. */
    public String program() {
        return words.isEmpty() ? "" : words.get(0);
    }

    @Override
    public String toString() {
        return program();
    }
}
