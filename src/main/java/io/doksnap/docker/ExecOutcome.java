package io.doksnap.docker;

/** How a command inside a container ended. */
public sealed interface ExecOutcome {

    /** The end of what it printed, both streams as they came. */
    String output();

    /** It ended by itself, or with its container. */
    record Ended(int exitCode, String output) implements ExecOutcome {}

    /**
     * It did not end in time.
     *
     * @param gone whether it was seen to be dead; otherwise it may go on inside the container, as where that is paused
     */
    record Overdue(String output, boolean gone) implements ExecOutcome {}
}
