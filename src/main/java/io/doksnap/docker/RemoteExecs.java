package io.doksnap.docker;

import com.github.dockerjava.api.command.ExecCreateCmd;
import com.github.dockerjava.api.command.InspectExecResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import io.doksnap.docker.DockerException.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

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
    private static final Duration KILL_WITHIN = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final int POLLS = 30;

    private final EngineCalls calls;

    RemoteExecs(EngineCalls calls) {
        this.calls = calls;
    }

    ExecOutcome run(Container container, ExecCommand command, Duration within) throws DockerException {
        long began = System.nanoTime();
        List<String> wrapped = new ArrayList<>(List.of("sh", "-c", TELL_AND_BECOME, "sh"));
        wrapped.addAll(command.words());
        Attempt first = new Attempt(container, command, wrapped);
        ExecOutcome outcome = first.run(within);
        if (outcome instanceof ExecOutcome.Ended ended && first.hadNoShell(ended)) {
            Duration left = within.minusNanos(System.nanoTime() - began);
            return new Attempt(container, command, command.words()).run(left.isNegative() ? Duration.ZERO : left);
        }
        return outcome;
    }

    /** One command that is created, started, and waited for. */
    private final class Attempt {
        private final Container container;
        private final ExecCommand command;
        private final List<String> words;
        private final String purpose;
        private final OutputTail output = new OutputTail();

        Attempt(Container container, ExecCommand command, List<String> words) {
            this.container = container;
            this.command = command;
            this.words = words;
            this.purpose = "run " + command.program() + " in container " + container.name();
        }

        ExecOutcome run(Duration within) throws DockerException {
            String id = calls.ask(purpose, client -> {
                ExecCreateCmd create = client.execCreateCmd(container.id())
                        .withCmd(words.toArray(String[]::new))
                        .withAttachStdout(true)
                        .withAttachStderr(true);
                command.user().ifPresent(create::withUser);
                command.directory().ifPresent(create::withWorkingDir);
                if (!command.environment().isEmpty()) {
                    create.withEnv(variables(command.environment()));
                }
                return create.exec().getId();
            });
            boolean ended;
            try {
                ended = calls.attempt(
                                purpose,
                                within,
                                client -> follow(client.execStartCmd(id).exec(output)))
                        .isPresent();
            } catch (DockerException e) {
                // Also where the engine went away in the middle: what it started may go on without it.
                boolean interrupted = Thread.interrupted();
                kill(id);
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
                throw e;
            }
            return ended
                    ? new ExecOutcome.Ended(exitCode(id), output.text())
                    : new ExecOutcome.Overdue(output.text(), kill(id));
        }

        /** Nothing ran at all: the runtime says so with these codes, and the shell never told its number. */
        boolean hadNoShell(ExecOutcome.Ended ended) {
            return output.pid().isEmpty() && (ended.exitCode() == CANNOT_BE_INVOKED || ended.exitCode() == NOT_FOUND);
        }

        /** The stream has ended; that alone says nothing, as it also ends when the container is killed. */
        private int exitCode(String id) throws DockerException {
            for (int i = 0; i < POLLS; i++) {
                InspectExecResponse exec = inspect(id)
                        .orElseThrow(() -> new DockerException(
                                Kind.NOT_FOUND,
                                "Container " + container.name() + " ended or was removed while " + command.program()
                                        + " ran in it.",
                                null));
                Long code = exec.getExitCodeLong();
                if (!Boolean.TRUE.equals(exec.isRunning()) && code != null) {
                    return code.intValue();
                }
                pause();
            }
            throw new DockerException(
                    Kind.UNAVAILABLE,
                    "The Docker Engine ended the output of " + command.program() + " in container " + container.name()
                            + ", and still says that it runs. Look what it does: docker top " + container.name(),
                    null);
        }

        /** Whether it was seen to be dead. */
        private boolean kill(String id) {
            Optional<String> pid = output.pid();
            try {
                if (pid.isPresent()) {
                    // First as its own user, who may always; then as root, for what took on another user's rights.
                    return killAs(command.user(), pid.get(), id) || killAs(Optional.of("0"), pid.get(), id);
                }
                return !runs(id);
            } catch (DockerException e) {
                return false;
            }
        }

        private boolean killAs(Optional<String> user, String pid, String id) throws DockerException {
            String script = "kill -15 -" + pid + " && sleep 1; kill -9 -" + pid;
            String killer = calls.ask("end " + command.program() + " in container " + container.name(), client -> {
                ExecCreateCmd create = client.execCreateCmd(container.id())
                        .withCmd("sh", "-c", script)
                        .withAttachStdout(true)
                        .withAttachStderr(true);
                user.ifPresent(create::withUser);
                return create.exec().getId();
            });
            boolean ignored = calls.attempt(
                            purpose,
                            KILL_WITHIN,
                            client -> follow(client.execStartCmd(killer).exec(new OutputTail())))
                    .isPresent();
            for (int i = 0; i < POLLS && runs(id); i++) {
                pause();
            }
            return !runs(id);
        }

        private boolean runs(String id) throws DockerException {
            return inspect(id)
                    .map(exec -> Boolean.TRUE.equals(exec.isRunning()))
                    .orElse(false);
        }

        private Optional<InspectExecResponse> inspect(String id) throws DockerException {
            return calls.ask("look how " + command.program() + " ended in container " + container.name(), client -> {
                try {
                    return Optional.of(client.inspectExecCmd(id).exec());
                } catch (NotFoundException e) {
                    return Optional.empty();
                }
            });
        }
    }

    private static Boolean follow(OutputTail output) throws InterruptedException {
        output.await();
        return true;
    }

    private static List<String> variables(Map<String, String> environment) {
        return environment.entrySet().stream()
                .map(variable -> variable.getKey() + "=" + variable.getValue())
                .toList();
    }

    private static void pause() throws DockerException {
        try {
            boolean ignored = new CountDownLatch(1).await(POLL.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DockerException(Kind.UNAVAILABLE, "Interrupted while waiting for a command to end.", e);
        }
    }
}
