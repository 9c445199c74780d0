package io.doksnap.app;

import java.util.List;

/** A command cannot go on: what to tell the person who gave it, a line for each problem, and the exit code. */
final class CommandException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int exitCode;
    private final transient List<String> problems;

    CommandException(int exitCode, String message) {
        this(exitCode, List.of(message));
    }

    CommandException(int exitCode, List<String> problems) {
        super(String.join("; ", problems));
        this.exitCode = exitCode;
        this.problems = List.copyOf(problems);
    }

    List<String> problems() {
        return problems;
    }

    int exitCode() {
        return exitCode;
    }
}
