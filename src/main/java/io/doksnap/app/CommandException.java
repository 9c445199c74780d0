package io.doksnap.app;

import java.util.List;

/** A command cannot go on: what to tell the person who gave it, a line for each problem, and the exit code. */
final class CommandException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int exitCode;
    private final transient List<String> problems;
    private final boolean ambiguous;

    CommandException(int exitCode, String message) {
        this(exitCode, List.of(message));
    }

    /** What was named is several things. */
    static CommandException ambiguous(String message) {
        return new CommandException(ExitCode.NOT_FOUND, List.of(message), true);
    }

    CommandException(int exitCode, List<String> problems) {
        this(exitCode, problems, false);
    }

    private CommandException(int exitCode, List<String> problems, boolean ambiguous) {
        super(String.join("; ", problems));
        this.exitCode = exitCode;
        this.problems = List.copyOf(problems);
        this.ambiguous = ambiguous;
    }

    List<String> problems() {
        return problems;
    }

    /** Whether the person has to say more, so that it is no use to look elsewhere. */
    boolean isAmbiguous() {
        return ambiguous;
    }

    int exitCode() {
        return exitCode;
    }
}
