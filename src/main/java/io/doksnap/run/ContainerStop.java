package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.docker.Container;
import io.doksnap.docker.Container.State;
import io.doksnap.docker.Containers;
import io.doksnap.docker.DockerException;
import io.doksnap.run.JournalEntry.Action;
import java.time.Duration;
import java.util.Optional;

/** Stops and pauses containers, and sees whether they stay so. */
final class ContainerStop {
    private static final Duration POLL = Duration.ofMillis(100);

    private final Containers containers;
    private final Pause pause;

    ContainerStop(Containers containers, Pause pause) {
        this.containers = containers;
        this.pause = pause;
    }

    static void refuseWhatWouldNotComeBack(Container container, Action action) throws RunException {
        if (action == Action.STOP && container.goneWhenStopped()) {
            throw new RunException(
                    Reason.QUIESCE_FAILED,
                    "container " + container.name() + " was started with --rm, so stopping it would remove it; pause it"
                            + " instead, or create it without --rm");
        }
    }

    void touch(Container container, Hold hold) throws DockerException {
        if (hold.action() == Action.PAUSE) {
            containers.pause(container);
        } else if (hold.signal().isPresent()) {
            containers.kill(container, hold.signal().get());
        } else {
            stop(container, hold);
        }
    }

    private void stop(Container container, Hold hold) throws DockerException {
        Duration grace = hold.grace().orElse(container.grace());
        try {
            containers.stop(container, hold.grace(), EnginePatience.of(container, hold.grace(), hold.within()));
        } catch (DockerException e) {
            if (e.kind() == DockerException.Kind.UNAVAILABLE && hold.within().compareTo(grace) <= 0) {
                // The engine is well: it waits for the container, as long as that was promised.
                throw new DockerException(
                        e.kind(),
                        "container " + container.name() + " was not stopped in time: it may take "
                                + BackupRun.words(grace)
                                + " to stop by itself; set quiesce.timeout, or the hook's timeout, to more than that",
                        e);
            }
            throw e;
        }
    }

    /** Nothing is read before it really is still; returns what it is then, or empty where it is gone. */
    Optional<Container> awaitStill(Container container, Hold hold) throws RunException {
        try {
            for (long i = Math.max(1, hold.within().toMillis() / POLL.toMillis()); i > 0; i--) {
                Optional<Container> now = containers.find(container.id());
                if (now.isEmpty() || !now.get().isUp()) {
                    return now;
                }
                if (!now.get().startedAt().equals(container.startedAt())) {
                    throw new RunException(
                            Reason.QUIESCE_FAILED,
                            "container " + container.name() + " was started by somebody else while it was being "
                                    + hold.action().done());
                }
                if (Thread.currentThread().isInterrupted()) {
                    break;
                }
                pause.take(POLL);
            }
        } catch (DockerException e) {
            throw new RunException(Reason.QUIESCE_FAILED, String.valueOf(e.getMessage()), e);
        }
        throw new RunException(
                Reason.QUIESCE_FAILED,
                "container " + container.name() + " was to be " + hold.action().done() + ", and still runs");
    }

    /** Whether it runs by somebody else's hand, or another one of its name does. */
    boolean isBack(JournalEntry entry) throws DockerException {
        Optional<Container> now = containers.find(entry.id());
        if (now.isEmpty()) {
            // What is paused is let go on by whoever removes it.
            return entry.action() == Action.PAUSE
                    || containers
                            .find(entry.name())
                            .filter(other -> other.state() != State.CREATED)
                            .isPresent();
        }
        // Also what ran for a moment only: it may have written meanwhile.
        return !now.get().startedAt().equals(entry.startedAt())
                || (entry.action() == Action.PAUSE
                        ? now.get().state() != State.PAUSED
                        : now.get().isUp());
    }
}
