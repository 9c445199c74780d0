package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.docker.Container;
import io.doksnap.docker.DockerEngine;
import io.doksnap.docker.DockerException;
import io.doksnap.docker.DockerException.Kind;
import io.doksnap.docker.Mount;
import io.doksnap.docker.Service;
import io.doksnap.run.DataDirectory.DataDirectoryException;
import io.doksnap.run.JournalEntry.Action;
import io.doksnap.run.JournalEntry.Stage;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
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
 * The containers and services that one run keeps still. Each is written to the journal before it is touched, and leaves it after it was
 * brought back. Guarded by its own lock, as a limit of downtime releases them from another thread.
 */
final class Holds {
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Logger LOG = LoggerFactory.getLogger(Holds.class);

    private final DockerEngine docker;
    private final ContainerStop containers;
    private final ServiceStop services;
    private final Safekeeping safekeeping;
    private final Journal journal;
    private final Revival revival;
    private final WorkloadReport report;
    private final Clock clock;

    /** By the id of what is held, in the order in which they were touched. */
    private final Map<String, Hold> held = new LinkedHashMap<>();

    private final Set<String> foundStill = new HashSet<>();
    private final Set<String> released = new HashSet<>();
    private boolean closed;

    Holds(DockerEngine docker, Journal journal, WorkloadReport report, Clock clock, Pause pause) {
        this.docker = docker;
        this.containers = new ContainerStop(docker.containers(), pause);
        this.services = new ServiceStop(docker, pause);
        this.safekeeping = new Safekeeping(docker.holders());
        this.journal = journal;
        this.revival = new Revival(docker, clock, pause);
        this.report = report;
        this.clock = clock;
    }

    /** Keeps something still; what is not running is left as it is, now and afterwards. */
    synchronized void hold(Hold hold) throws RunException, DataDirectoryException {
        if (closed) {
            throw new RunException(Reason.QUIESCE_FAILED, "the workload was released already");
        }
        try {
            Optional<Container> container = hold.mayBe(JournalEntry.Kind.CONTAINER)
                    ? docker.containers().find(hold.name())
                    : Optional.empty();
            if (container.isPresent() && hold.action() == Action.STOP) {
                Optional<Service> service = services.of(container.get());
                if (service.isPresent()) {
                    hold(service.get(), hold);
                    return;
                }
            }
            if (container.isPresent()) {
                hold(container.get(), hold);
            } else if (hold.mayBe(JournalEntry.Kind.SERVICE) && hold.action() == Action.PAUSE) {
                pauseTasks(hold);
            } else if (hold.mayBe(JournalEntry.Kind.SERVICE)) {
                hold(services.named(hold.name()), hold);
            } else {
                throw new RunException(
                        Reason.QUIESCE_FAILED,
                        "there is no container " + hold.name() + " to be kept still; `docker ps -a` lists them"
                                + (docker.services().find(hold.name()).isPresent()
                                        ? "; there is a Swarm service of that name: say service in place of container"
                                        : ""));
            }
        } catch (DockerException e) {
            throw failed(e);
        }
    }

    private void hold(Container container, Hold hold) throws RunException, DataDirectoryException {
        if (held.containsKey(container.id())) {
            return;
        }
        ContainerStop.refuseWhatWouldNotComeBack(container, hold.action());
        if (!container.isUp()) {
            foundStill(container.name(), hold);
            report.note("container " + container.name() + " was not running ("
                    + container.state().name().toLowerCase(Locale.ROOT) + "): it is left so");
            return;
        }
        JournalEntry entry = keepSafe(announce(container, hold), container.mounts());
        try {
            containers.touch(container, hold);
        } catch (DockerException e) {
            if (hold.action() == Action.PAUSE && e.kind() == Kind.REFUSED) {
                forget(entry);
            }
            throw failed(e);
        }
        journal.put(entry.at(Stage.DONE));
        containers.awaitStill(container, hold);
    }

    private void hold(Service service, Hold hold) throws RunException, DataDirectoryException, DockerException {
        if (held.containsKey(service.id())) {
            return;
        }
        ServiceStop.refuseWhatCannotBeScaled(service);
        if (service.replicas() == 0) {
            foundStill(service.name(), hold);
            report.note("service " + service.name() + " had 0 replicas: it is left so");
            return;
        }
        JournalEntry entry = keepSafe(announce(service, hold), service.mounts());
        // Where it is refused, the entry stays: a manager may say so of what was done all the same.
        Optional<Service> down = services.scaleDown(service, hold);
        if (down.isEmpty()) {
            forget(entry);
            throw new RunException(
                    Reason.QUIESCE_FAILED,
                    "service " + service.name() + " was scaled by somebody else at the moment at which it was to be"
                            + " scaled to 0; it is left alone");
        }
        journal.put(entry.left(down.get().version()));
        // Only now is it what every later look is compared with: Swarm itself may change a service a last time after it
        // was scaled.
        journal.put(entry.left(services.awaitGone(service, hold).version()));
    }

    /** Freezes what runs on this node: a service goes on as it is, as Swarm sees nothing of it. */
    private void pauseTasks(Hold hold) throws RunException, DataDirectoryException, DockerException {
        Optional<Service> whole = docker.services().find(hold.name());
        if (whole.isPresent()) {
            new ServiceNodes(docker.services()).refuseToPause(whole.get());
        }
        List<Container> tasks = services.runningHere(hold.name());
        if (tasks.isEmpty() && services.named(hold.name()).replicas() == 0) {
            foundStill.add(hold.name());
            report.note("service " + hold.name() + " had no tasks: it is left so");
        } else if (tasks.isEmpty()) {
            throw new RunException(
                    Reason.QUIESCE_FAILED,
                    "no task of service " + hold.name()
                            + " runs on this node, so that there is nothing to be paused here;" + " docker service ps "
                            + hold.name() + " tells where they run");
        }
        for (Container task : tasks) {
            hold(task, hold);
        }
    }

    /** Restarts a container; one that is stopped is started, and stays so. A service is stopped, and brought back at once. */
    synchronized void restart(Hold hold) throws RunException, DataDirectoryException {
        try {
            Optional<Container> found = docker.containers().find(hold.name());
            if (found.isEmpty() || found.get().swarmService().isPresent()) {
                hold(hold);
                release(hold.name(), true);
                return;
            }
            Container container = found.get();
            ContainerStop.refuseWhatWouldNotComeBack(container, Action.STOP);
            JournalEntry entry = announce(container, hold);
            docker.containers()
                    .restart(container, hold.grace(), EnginePatience.of(container, hold.grace(), hold.within()));
            forget(entry);
        } catch (DockerException e) {
            throw failed(e);
        }
    }

    private JournalEntry announce(Container container, Hold hold) throws DataDirectoryException {
        long grace = hold.grace().orElse(container.grace()).toSeconds();
        return announce(
                new JournalEntry(
                        JournalEntry.Kind.CONTAINER,
                        container.name(),
                        container.id(),
                        hold.action(),
                        Stage.ANNOUNCED,
                        container.startedAt(),
                        now(),
                        hold.action() == Action.PAUSE ? 0 : grace,
                        0,
                        0,
                        container.image()),
                hold);
    }

    private JournalEntry announce(Service service, Hold hold) throws DataDirectoryException {
        return announce(
                new JournalEntry(
                        JournalEntry.Kind.SERVICE,
                        service.name(),
                        service.id(),
                        Action.STOP,
                        Stage.ANNOUNCED,
                        "",
                        now(),
                        service.grace().toSeconds(),
                        service.replicas(),
                        service.version(),
                        service.image()),
                hold);
    }

    private JournalEntry announce(JournalEntry entry, Hold hold) throws DataDirectoryException {
        journal.put(entry);
        held.put(entry.id(), hold);
        return entry;
    }

    /** How long it may take to stop counts from when it is touched, however long its safekeeping took. */
    private JournalEntry keepSafe(JournalEntry entry, List<Mount> mounts) throws DataDirectoryException {
        safekeeping.begin(entry, mounts, report);
        if (!now().isAfter(entry.at().plus(SOON))) {
            return entry;
        }
        JournalEntry later = entry.since(now());
        journal.put(later);
        return later;
    }

    private Instant now() {
        return clock.instant();
    }

    private void forget(JournalEntry entry) throws DataDirectoryException {
        held.remove(entry.id());
        safekeeping.end(entry);
        journal.remove(entry);
    }

    private void foundStill(String name, Hold hold) {
        foundStill.add(name);
        foundStill.add(hold.name());
    }

    private static RunException failed(DockerException e) {
        return new RunException(Reason.QUIESCE_FAILED, String.valueOf(e.getMessage()), e);
    }

    /** Which of them came back by somebody else's hand, or were replaced by what runs. */
    synchronized List<JournalEntry> back() throws RunException {
        List<JournalEntry> back = new ArrayList<>();
        try {
            for (JournalEntry entry : journal.entries()) {
                if (isService(entry) ? services.isBack(entry) : containers.isBack(entry)) {
                    back.add(entry);
                }
            }
            return back;
        } catch (DockerException e) {
            throw failed(e);
        }
    }

    /** Keeps those still once more that came back; their journal entries are those of what runs now. */
    synchronized void holdAgain(List<JournalEntry> back) throws RunException, DataDirectoryException {
        for (JournalEntry entry : back) {
            Hold hold = held.get(entry.id());
            Optional<Service> changed = isService(entry) ? at0(entry) : Optional.empty();
            if (changed.isPresent()) {
                // Changed and still down: what it had before is all that there is to bring it back by.
                journal.put(entry.left(changed.get().version()));
            } else if (hold != null) {
                forget(entry);
                hold(hold);
            }
        }
    }

    private Optional<Service> at0(JournalEntry entry) throws RunException {
        try {
            return docker.services().find(entry.id()).filter(service -> service.replicas() == 0);
        } catch (DockerException e) {
            throw failed(e);
        }
    }

    private static boolean isService(JournalEntry entry) {
        return entry.kind() == JournalEntry.Kind.SERVICE;
    }

    /** Whether something was to be kept still, and already was. */
    synchronized boolean wasFoundStill(String name) {
        return foundStill.contains(name);
    }

    /**
     * Brings back all but some, in reverse order; nothing can be held afterwards.
     *
     * @param except by their own names, or by those that they were asked for by
     * @param patient whether to wait for health checks
     */
    synchronized void release(Set<String> except, boolean patient) {
        closed = true;
        List<JournalEntry> entries = new ArrayList<>(journal.entries());
        Collections.reverse(entries);
        for (JournalEntry entry : entries) {
            Hold hold = held.get(entry.id());
            if (hold != null && !except.contains(entry.name()) && !except.contains(hold.name())) {
                release(entry, hold, patient);
            }
        }
    }

    /** Brings back one, unless that was done before; whether this run ever held it. */
    synchronized boolean release(String name, boolean patient) {
        for (JournalEntry entry : journal.entries()) {
            Hold hold = held.get(entry.id());
            if (hold != null && (entry.name().equals(name) || hold.name().equals(name))) {
                release(entry, hold, patient);
            }
        }
        return released.contains(name);
    }

    private void release(JournalEntry entry, Hold hold, boolean patient) {
        report.add(undo(journal, entry, revival, patient));
        held.remove(entry.id());
        released.add(entry.name());
        released.add(hold.name());
    }

    /** Brings back what one entry says, and removes the entry unless it is to be tried again. */
    static Revived undo(Journal journal, JournalEntry entry, Revival revival, boolean patient) {
        // A disk that is full keeps nothing from being started: its entry then says less than it could.
        Revived revived = revival.revive(entry, () -> quietly(() -> journal.put(entry.at(Stage.REVIVING))), patient);
        if (!(revived instanceof Revived.Down down && down.again())) {
            revival.settled(entry);
            quietly(() -> journal.remove(entry));
        }
        return revived;
    }

    private static void quietly(JournalChange change) {
        try {
            change.make();
        } catch (DataDirectoryException e) {
            LOG.warn("the journal of what is stopped stays as it is: {}", e.getMessage());
        }
    }

    @FunctionalInterface
    private interface JournalChange {
        void make() throws DataDirectoryException;
    }
}
