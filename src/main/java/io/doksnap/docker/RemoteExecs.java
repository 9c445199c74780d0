package io.doksnap.docker;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs commands inside containers.
 *
 * <p>Closing the stream of a command does not end it, and the engine has no call that would. So a command is started through the container's shell,
 * which first tells its process number and then becomes the command; the engine has made it the leader of a process group, which a second command
 * kills as a whole. Where the container has no shell the command is started as it is, and cannot be killed.
 */
final class RemoteExecs {
    private static final String TELL_AND_BECOME = "echo \"" + OutputTail.MARKER + "$$\" >&2; exec \"$@\"";
    private static final int CANNOT_BE_INVOKED = 126;
    private static final int NOT_FOUND = 127;

    private final EngineCalls calls;

    RemoteExecs(EngineCalls calls) {
        this.calls = calls;
    }

    /** Runs a command to its end, and keeps the end of what it printed. */
    ExecOutcome run(Container container, ExecCommand command, Duration within) throws DockerException {
        long began = System.nanoTime();
        OutputTail output = new OutputTail();
        ExecOutcome outcome = run(container, command, throughShell(command), output, within);
        if (hadNoShell(outcome, output)) {
            return run(container, command, command.words(), new OutputTail(), left(within, began));
        }
        return outcome;
    }

    /** Runs a command to its end while its standard output is handed on. */
    ExecOutcome stream(Container container, ExecCommand command, ExecStreams streams, Duration within)
            throws IOException {
        long began = System.nanoTime();
        OutputTail errors = new OutputTail();
        ExecOutcome outcome = new ExecStream(
                        calls, create(container, command, throughShell(command), streams), streams, errors, true)
                .run(within);
        if (hadNoShell(outcome, errors) && streams.input().isEmpty()) {
            return new ExecStream(
                            calls,
                            create(container, command, command.words(), streams),
                            streams,
                            new OutputTail(),
                            false)
                    .run(left(within, began));
        }
        return outcome;
    }

    private RemoteExec create(Container container, ExecCommand command, List<String> words, ExecStreams streams)
            throws DockerException {
        return RemoteExec.create(
                calls, container, command, words, streams.input().isPresent());
    }

    private static List<String> throughShell(ExecCommand command) {
        List<String> wrapped = new ArrayList<>(List.of("sh", "-c", TELL_AND_BECOME, "sh"));
        wrapped.addAll(command.words());
        return wrapped;
    }

    private static Duration left(Duration within, long began) {
        Duration left = within.minusNanos(System.nanoTime() - began);
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** Nothing ran at all: the runtime says so with these codes, and the shell never told its number. */
    private static boolean hadNoShell(ExecOutcome outcome, OutputTail output) {
        return outcome instanceof ExecOutcome.Ended ended
                && output.pid().isEmpty()
                && (ended.exitCode() == CANNOT_BE_INVOKED || ended.exitCode() == NOT_FOUND);
    }

    private ExecOutcome run(
            Container container, ExecCommand command, List<String> words, OutputTail output, Duration within)
            throws DockerException {
        RemoteExec exec = RemoteExec.create(calls, container, command, words, false);
        boolean ended;
        try {
            ended = calls.attempt(exec.purpose(), within, client -> {
                        client.execStartCmd(exec.id()).exec(output).await();
                        return true;
                    })
                    .isPresent();
        } catch (DockerException e) {
            // Also where the engine went away in the middle: what it started may go on without it.
            boolean interrupted = Thread.interrupted();
            boolean ignored = exec.kill(output.pid());
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            throw e;
        }
        return ended
                ? new ExecOutcome.Ended(exec.exitCode(), output.text())
                : new ExecOutcome.Overdue(output.text(), exec.kill(output.pid()));
    }
}
