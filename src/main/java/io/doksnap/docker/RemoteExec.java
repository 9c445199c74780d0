package io.doksnap.docker;

import com.github.dockerjava.api.command.ExecCreateCmd;
import com.github.dockerjava.api.command.InspectExecResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import io.doksnap.docker.DockerException.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A command that the engine was told to run in a container: how it ended, and the way to end it. */
final class RemoteExec {
    private static final Duration KILL_WITHIN = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final int POLLS = 30;

    private final EngineCalls calls;
    private final Container container;
    private final ExecCommand command;
    private final String id;

    private RemoteExec(EngineCalls calls, Container container, ExecCommand command, String id) {
        this.calls = calls;
        this.container = container;
        this.command = command;
        this.id = id;
    }

    /**
     * Makes it known to the engine; nothing runs yet.
     *
     * @param words what is really run, where that is more than the command's own
     * @param input whether it reads what it is sent
     */
    static RemoteExec create(
            EngineCalls calls, Container container, ExecCommand command, List<String> words, boolean input)
            throws DockerException {
        String id = calls.ask(purpose(container, command), client -> {
            ExecCreateCmd create = client.execCreateCmd(container.id())
                    .withCmd(words.toArray(String[]::new))
                    .withAttachStdin(input)
                    .withAttachStdout(true)
                    .withAttachStderr(true);
            command.user().ifPresent(create::withUser);
            command.directory().ifPresent(create::withWorkingDir);
            if (!command.environment().isEmpty()) {
                create.withEnv(variables(command.environment()));
            }
            return create.exec().getId();
        });
        return new RemoteExec(calls, container, command, id);
    }

    String id() {
        return id;
    }

    /** What is done, in words that follow "to". */
    String purpose() {
        return purpose(container, command);
    }

    private static String purpose(Container container, ExecCommand command) {
        return "run " + command.program() + " in container " + container.name();
    }

    /** To be asked when its stream has ended; that alone says nothing, as it also ends when the container is killed. */
    int exitCode() throws DockerException {
        for (int i = 0; i < POLLS; i++) {
            InspectExecResponse exec = inspect()
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

    /**
     * Ends it inside the container, together with what it started.
     *
     * @param pid its process there; empty where nothing told it
     * @return whether it was seen to be dead
     */
    boolean kill(Optional<String> pid) {
        try {
            if (pid.isPresent()) {
                // First as its own user, who may always; then as root, for what took on another user's rights.
                return killAs(command.user(), pid.get()) || killAs(Optional.of("0"), pid.get());
            }
            return !runs();
        } catch (DockerException e) {
            return false;
        }
    }

    private boolean killAs(Optional<String> user, String pid) throws DockerException {
        String script = "kill -15 -" + pid + " && sleep 1; kill -9 -" + pid;
        String killer = calls.ask("end " + command.program() + " in container " + container.name(), client -> {
            ExecCreateCmd create = client.execCreateCmd(container.id())
                    .withCmd("sh", "-c", script)
                    .withAttachStdout(true)
                    .withAttachStderr(true);
            user.ifPresent(create::withUser);
            return create.exec().getId();
        });
        boolean ignored = calls.attempt(purpose(), KILL_WITHIN, client -> {
                    client.execStartCmd(killer).exec(new OutputTail()).await();
                    return true;
                })
                .isPresent();
        for (int i = 0; i < POLLS && runs(); i++) {
            pause();
        }
        return !runs();
    }

    private boolean runs() throws DockerException {
        return inspect().map(exec -> Boolean.TRUE.equals(exec.isRunning())).orElse(false);
    }

    private Optional<InspectExecResponse> inspect() throws DockerException {
        return calls.ask("look how " + command.program() + " ended in container " + container.name(), client -> {
            try {
                return Optional.of(client.inspectExecCmd(id).exec());
            } catch (NotFoundException e) {
                return Optional.empty();
            }
        });
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
