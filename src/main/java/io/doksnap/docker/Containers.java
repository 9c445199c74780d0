package io.doksnap.docker;

import io.doksnap.docker.DockerException.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The containers of an engine. What is done to one that is not there any more fails as {@link Kind#NOT_FOUND}. When a call fails as
 * {@link Kind#UNAVAILABLE} or its thread is interrupted, the engine may still do, or go on doing, what it was asked for.
 */
public interface Containers {

    /** The container of exactly that name or whole id, running or not. */
    Optional<Container> find(String nameOrId) throws DockerException;

    /**
     * All containers, running or not; by name. Of each only what a list shows, which no container that is stuck holds up: not since when it runs, how it ended, its health, and
     * how it is to be stopped.
     */
    default List<Container> all() throws DockerException {
        return labelled(Map.of());
    }

    /** All containers, running or not, that have all these labels with these values; by name. */
    List<Container> labelled(Map<String, String> labels) throws DockerException;

    /** The variables of a container, with the secrets among them: to be compared, and never shown. */
    default Map<String, String> environment(Container container) throws DockerException {
        return Map.of();
    }

    /** Starts a container; succeeds when it runs already. That it started does not mean that it stays up. */
    void start(Container container, Duration within) throws DockerException;

    /**
     * Stops a container and waits until it has ended; succeeds when it has already.
     *
     * @param grace how long it may take to stop by itself before it is killed; empty: as the container says
     */
    void stop(Container container, Optional<Duration> grace, Duration within) throws DockerException;

    /** Stops and starts a container; one that was stopped is started. */
    void restart(Container container, Optional<Duration> grace, Duration within) throws DockerException;

    /** Freezes all processes of a running container. */
    void pause(Container container) throws DockerException;

    /** Lets the processes of a paused container go on. */
    void unpause(Container container) throws DockerException;

    /** Sends a signal, such as {@code HUP}, to the first process of a container. */
    void kill(Container container, String signal) throws DockerException;

    /**
     * Runs a command inside a container to its end. When the time is up, or the calling thread is interrupted, the command is killed inside the
     * container together with what it started.
     */
    ExecOutcome exec(Container container, ExecCommand command, Duration within) throws DockerException;

    /**
     * The same, while what it prints on its standard output is handed on as it comes, at the pace of whoever takes it; the outcome's text is of its
     * standard error alone. What was handed on counts for nothing unless the outcome is exit code 0. The command is also killed when the
     * output cannot be written.
     *
     * @throws DockerException as {@link #exec} does
     * @throws IOException what writing the output threw
     */
    ExecOutcome stream(Container container, ExecCommand command, ExecStreams streams, Duration within)
            throws IOException;
}
