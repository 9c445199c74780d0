package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.docker.Container;
import io.doksnap.docker.Container.State;
import io.doksnap.docker.Containers;
import io.doksnap.docker.DockerException;
import io.doksnap.docker.DockerException.Kind;
import io.doksnap.run.DataDirectory.DataDirectoryException;
import io.doksnap.run.JournalEntry.Action;
import io.doksnap.run.JournalEntry.Stage;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The containers that one run keeps still. Each is written to the journal before it is touched, and leaves it after it was
 * brought back. Guarded by its own lock, as a limit of downtime releases them from another thread.
 */
final class Holds {
    private static final Logger LOG = LoggerFactory.getLogger(Holds.class);
    private static final Duration POLL = Duration.ofMillis(100);

    private final Containers containers;
    private final Journal journal;
    private final Revival revival;
    private final WorkloadReport report;
    private final Clock clock;
    private final Pause pause;

    /** By name, in the order in which they were touched. */
    private final Map<String, Hold> held = new LinkedHashMap<>();

    private final Set<String> foundStill = new HashSet<>();
    private final Set<String> released = new HashSet<>();
    private boolean closed;

    Holds(Containers containers, Journal journal, WorkloadReport report, Clock clock, Pause pause) {
        this.containers = containers;
        this.journal = journal;
        this.revival = new Revival(containers, clock, pause);
        this.report = report;
        this.clock = clock;
        this.pause = pause;
    }

    /**
     * How a container is kept still.
     *
     * @param container by name
     * @param grace how long it may take to stop by itself; empty: as it says; for a pause without meaning
     * @param signal is sent instead of stopping it
     * @param within how long all of it may take
     */
    record Hold(String container, Action action, Optional<Duration> grace, Optional<String> signal, Duration within) {}

    /** Keeps a container still; one that is not running is left as it is, now and afterwards. */
    synchronized void hold(Hold hold) throws RunException, DataDirectoryException {
        if (closed) {
            throw new RunException(Reason.QUIESCE_FAILED, "the workload was released already");
        }
        Container container = find(hold.container());
        if (held.containsKey(container.name())) {
            return;
        }
        refuseWhatWouldNotComeBack(container, hold.action());
        if (!container.isUp()) {
            foundStill.add(container.name());
            report.note("container " + container.name() + " was not running (" + word(container.state())
                    + "): it is left so");
            return;
        }
        JournalEntry entry = announce(container, hold);
        touch(container, hold, entry);
        journal.put(entry.at(Stage.DONE));
        awaitStill(container, hold);
    }

    /** Restarts a container; one that is stopped is started, and stays so. */
    synchronized void restart(Hold hold) throws RunException, DataDirectoryException {
        Container container = find(hold.container());
        refuseWhatWouldNotComeBack(container, Action.STOP);
        JournalEntry entry = announce(container, hold);
        try {
            containers.restart(container, hold.grace(), EnginePatience.of(container, hold.grace(), hold.within()));
        } catch (DockerException e) {
            throw failed(e);
        }
        held.remove(container.name());
        journal.remove(entry);
    }

    private JournalEntry announce(Container container, Hold hold) throws DataDirectoryException {
        Duration grace = hold.grace().orElse(container.grace());
        JournalEntry entry = new JournalEntry(
                container.name(),
                container.id(),
                hold.action(),
                Stage.ANNOUNCED,
                container.startedAt(),
                clock.instant(),
                hold.action() == Action.PAUSE ? 0 : grace.toSeconds());
        journal.put(entry);
        held.put(container.name(), hold);
        return entry;
    }

    private Container find(String name) throws RunException {
        try {
            return containers
                    .find(name)
                    .orElseThrow(() -> new RunException(
                            Reason.QUIESCE_FAILED,
                            "there is no container " + name
                                    + " to be kept still; `docker ps -a` lists them (a Swarm service"
                                    + " cannot be scaled yet)"));
        } catch (DockerException e) {
            throw failed(e);
        }
    }

    private static void refuseWhatWouldNotComeBack(Container container, Action action) throws RunException {
        Optional<String> service = container.swarmService();
        if (service.isPresent()) {
            throw new RunException(
                    Reason.QUIESCE_FAILED,
                    "container " + container.name() + " is a task of the Swarm service " + service.get()
                            + ", and Swarm would put another in its place at once; services cannot be scaled yet, so back it up"
                            + " without stopping it");
        }
        if (action == Action.STOP && container.goneWhenStopped()) {
            throw new RunException(
                    Reason.QUIESCE_FAILED,
                    "container " + container.name() + " was started with --rm, so stopping it would remove it; pause it"
                            + " instead, or create it without --rm");
        }
    }

    private void touch(Container container, Hold hold, JournalEntry entry) throws RunException, DataDirectoryException {
        try {
            if (hold.action() == Action.PAUSE) {
                containers.pause(container);
            } else if (hold.signal().isPresent()) {
                containers.kill(container, hold.signal().get());
            } else {
                containers.stop(container, hold.grace(), EnginePatience.of(container, hold.grace(), hold.within()));
            }
        } catch (DockerException e) {
            if (hold.action() == Action.PAUSE && e.kind() == Kind.REFUSED) {
                held.remove(container.name());
                journal.remove(entry);
            }
            throw failed(e);
        }
    }

    /** Nothing is read before it really is still. */
    private void awaitStill(Container container, Hold hold) throws RunException {
        try {
            for (long i = Math.max(1, hold.within().toMillis() / POLL.toMillis()); i > 0; i--) {
                Optional<Container> now = containers.find(container.id());
                if (now.isEmpty() || !now.get().isUp()) {
                    return;
                }
                if (Thread.currentThread().isInterrupted()) {
                    break;
                }
                pause.take(POLL);
            }
        } catch (DockerException e) {
            throw failed(e);
        }
        throw new RunException(
                Reason.QUIESCE_FAILED,
                "container " + container.name() + " was to be " + hold.action().done() + ", and still runs");
    }

    private static RunException failed(DockerException e) {
        return new RunException(Reason.QUIESCE_FAILED, String.valueOf(e.getMessage()), e);
    }

    /** Which of them came back by somebody else's hand, or were replaced by one that runs. */
    synchronized List<String> back() throws RunException {
        List<String> back = new ArrayList<>();
        try {
            for (JournalEntry entry : journal.entries()) {
                Optional<Container> now = containers.find(entry.id());
                boolean asWeLeftIt = now.isPresent()
                        && now.get().startedAt().equals(entry.startedAt())
                        && (entry.action() == Action.PAUSE
                                ? now.get().state() == State.PAUSED
                                : !now.get().isUp());
                Optional<Container> other = now.isPresent() ? now : containers.find(entry.container());
                if (!asWeLeftIt && other.isPresent() && other.get().isUp()) {
                    back.add(entry.container());
                }
            }
            return back;
        } catch (DockerException e) {
            throw failed(e);
        }
    }

    /** Keeps those still once more that came back; their journal entries are those of what runs now. */
    synchronized void holdAgain(List<String> names) throws RunException, DataDirectoryException {
        for (String name : names) {
            for (JournalEntry entry : journal.entries()) {
                if (entry.container().equals(name)) {
                    journal.remove(entry);
                }
            }
            Hold hold = held.remove(name);
            if (hold != null) {
                hold(hold);
            }
        }
    }

    /** Whether a container was to be kept still, and already was. */
    synchronized boolean wasFoundStill(String name) {
        return foundStill.contains(name);
    }

    /**
     * Brings back all but some, in reverse order; nothing can be held afterwards.
     *
     * @param patient whether to wait for health checks
     */
    synchronized void release(Set<String> except, boolean patient) {
        closed = true;
        List<JournalEntry> entries = new ArrayList<>(journal.entries());
        Collections.reverse(entries);
        for (JournalEntry entry : entries) {
            if (!except.contains(entry.container()) && held.containsKey(entry.container())) {
                release(entry, patient);
            }
        }
    }

    /** Brings back one, unless that was done before; whether this run ever held it. */
    synchronized boolean release(String name, boolean patient) {
        for (JournalEntry entry : journal.entries()) {
            if (entry.container().equals(name) && held.containsKey(name)) {
                release(entry, patient);
            }
        }
        return released.contains(name);
    }

    private void release(JournalEntry entry, boolean patient) {
        report.add(undo(journal, entry, revival, patient));
        held.remove(entry.container());
        released.add(entry.container());
    }

    /** Brings back what one entry says, and removes the entry unless it is to be tried again. */
    static Revived undo(Journal journal, JournalEntry entry, Revival revival, boolean patient) {
        // A disk that is full keeps no container from being started: its entry then says less than it could.
        Revived revived = revival.revive(entry, () -> quietly(() -> journal.put(entry.at(Stage.REVIVING))), patient);
        if (!(revived instanceof Revived.Down down && down.again())) {
            quietly(() -> journal.remove(entry));
        }
        return revived;
    }

    private static void quietly(JournalChange change) {
        try {
            change.make();
        } catch (DataDirectoryException e) {
            LOG.warn("the journal of stopped containers stays as it is: {}", e.getMessage());
        }
    }

    @FunctionalInterface
    private interface JournalChange {
        void make() throws DataDirectoryException;
    }

    private static String word(State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }
}
