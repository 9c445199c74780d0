package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.docker.Container;
import io.doksnap.docker.DockerEngine;
import io.doksnap.docker.DockerException;
import io.doksnap.docker.DockerException.Kind;
import io.doksnap.docker.Service;
import io.doksnap.run.DataDirectory.DataDirectoryException;
import io.doksnap.run.JournalEntry.Action;
import io.doksnap.run.JournalEntry.Stage;
import io.doksnap.run.Stillness.CameBack;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * The containers and services that one run keeps still. Each is written to the journal before it is touched, and leaves it after it was
 * brought back. Guarded by its own lock, as a limit of downtime releases them from another thread.
 */
final class Holds {
    private static final Duration SOON = Duration.ofSeconds(1);

    private final DockerEngine docker;
    private final ContainerStop containers;
    private final ServiceStop services;
    private final HeldJournal held;
    private final WorkloadReport report;
    private final Clock clock;
    private final Stillness stillness;
    private final Set<String> released = new HashSet<>();

    /** What the engine was told to stop, by its id: it may do so when nobody waits for it any more. */
    private final Set<String> told = new HashSet<>();

    private boolean closed;

    Holds(DockerEngine docker, HeldJournal held, WorkloadReport report, Clock clock, Pause pause) {
        this.docker = docker;
        this.containers = new ContainerStop(docker.containers(), pause);
        this.services = new ServiceStop(docker, pause);
        this.held = held;
        this.stillness = new Stillness(held, containers, services);
        this.report = report;
        this.clock = clock;
    }

    /** Keeps something still; what is not running is left as it is, now and afterwards. What is kept still already stays so. */
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

    private void hold(Container container, Hold hold) throws RunException, DataDirectoryException, DockerException {
        if (held.has(container.id())) {
            return;
        }
        ContainerStop.refuseWhatWouldNotComeBack(container, hold.action());
        if (!container.isUp()) {
            leave(
                    JournalEntry.still(container, now()),
                    hold,
                    "container " + container.name() + " was not running ("
                            + container.state().name().toLowerCase(Locale.ROOT) + "): it is left so");
            return;
        }
        JournalEntry entry = held.announce(JournalEntry.of(container, hold, now()), hold);
        held.keepSafe(entry, container.mounts());
        // That took a moment, in which somebody else may have had to do with it.
        Optional<Container> still = docker.containers().find(container.id());
        if (still.isEmpty() || !still.get().isUp()) {
            held.forget(entry);
            hold(hold);
            return;
        }
        touch(still.get(), atLast(entry, still.get()), hold);
    }

    /** How long it may take to stop counts from when it is touched, however long its safekeeping took. */
    private JournalEntry atLast(JournalEntry entry, Container now) throws DataDirectoryException {
        boolean startedSince = !now.startedAt().equals(entry.startedAt());
        if (!startedSince && !now().isAfter(entry.at().plus(SOON))) {
            return entry;
        }
        JournalEntry later = entry.since(now(), now.startedAt());
        held.put(later);
        return later;
    }

    private void touch(Container container, JournalEntry entry, Hold hold)
            throws RunException, DataDirectoryException, DockerException {
        told.add(container.id());
        try {
            containers.touch(container, hold);
        } catch (DockerException e) {
            if (hold.action() == Action.PAUSE && e.kind() == Kind.REFUSED) {
                held.forget(entry);
            }
            throw e;
        }
        Optional<Container> left = containers.awaitStill(container, hold);
        // One that is started again and again may have been so once more before it was stopped: that is what we
        // stopped.
        held.put(entry.left(left.map(Container::startedAt).orElse(entry.startedAt())));
    }

    private void hold(Service service, Hold hold) throws RunException, DataDirectoryException, DockerException {
        if (held.has(service.id())) {
            return;
        }
        ServiceStop.refuseWhatCannotBeScaled(service);
        if (service.replicas() == 0) {
            // Whoever has scaled it may have done so a moment ago: its tasks are given their time to end.
            Service gone = services.awaitGone(service, hold);
            leave(JournalEntry.of(gone, now()), hold, "service " + service.name() + " had 0 replicas: it is left so");
            return;
        }
        JournalEntry entry = held.announce(JournalEntry.of(service, now()), hold);
        held.keepSafe(entry, service.mounts());
        if (now().isAfter(entry.at().plus(SOON))) {
            entry = entry.since(now(), "");
            held.put(entry);
        }
        told.add(service.id());
        // Where it is refused, the entry stays: a manager may say so of what was done all the same.
        Optional<Service> down = services.scaleDown(service, hold);
        if (down.isEmpty()) {
            held.forget(entry);
            throw new RunException(
                    Reason.QUIESCE_FAILED,
                    "service " + service.name() + " was scaled by somebody else at the moment at which it was to be"
                            + " scaled to 0; it is left alone");
        }
        held.put(entry.left(down.get().version()));
        // Only now is it what every later look is compared with: Swarm itself may change a service a last time after it
        // was scaled.
        held.put(entry.left(services.awaitGone(service, hold).version()));
    }

    /** Freezes what runs on this node: a service goes on as it is, as Swarm sees nothing of it. */
    private void pauseTasks(Hold hold) throws RunException, DataDirectoryException, DockerException {
        Optional<Service> whole = docker.services().find(hold.name());
        if (whole.isPresent()) {
            new ServiceNodes(docker.services()).refuseToPause(whole.get());
        }
        List<Container> tasks = services.runningHere(hold.name());
        if (tasks.isEmpty() && !stillness.isPaused(hold.name())) {
            Service service = services.named(hold.name());
            if (service.replicas() > 0) {
                throw new RunException(
                        Reason.QUIESCE_FAILED,
                        "no task of service " + hold.name()
                                + " runs on this node, so that there is nothing to be paused here; docker service ps "
                                + hold.name() + " tells where they run");
            }
            leave(JournalEntry.of(service, now()), hold, "service " + hold.name() + " had no tasks: it is left so");
            return;
        }
        stillness.addPaused(hold);
        for (Container task : tasks) {
            hold(task, hold);
        }
    }

    private void leave(JournalEntry as, Hold hold, String note) {
        if (stillness.addFound(as, hold)) {
            report.note(note);
        }
    }

    /** Restarts a container; one that is stopped is started, and stays so. A service is stopped, and brought back at once. */
    synchronized void restart(Hold hold) throws RunException, DataDirectoryException {
        try {
            Optional<Container> found = docker.containers().find(hold.name());
            if (found.isEmpty() || found.get().swarmService().isPresent()) {
                hold(hold);
                release(hold.name(), () -> true);
                return;
            }
            Container container = found.get();
            ContainerStop.refuseWhatWouldNotComeBack(container, Action.STOP);
            JournalEntry entry = held.announce(JournalEntry.of(container, hold, now()), hold);
            told.add(container.id());
            docker.containers()
                    .restart(container, hold.grace(), EnginePatience.of(container, hold.grace(), hold.within()));
            held.forget(entry);
        } catch (DockerException e) {
            throw failed(e);
        }
    }

    private Instant now() {
        return clock.instant();
    }

    private static RunException failed(DockerException e) {
        return new RunException(Reason.QUIESCE_FAILED, String.valueOf(e.getMessage()), e);
    }

    /** Which of them came back by somebody else's hand, or were replaced by what runs; also of those that had been found still. */
    synchronized List<CameBack> back() throws RunException {
        try {
            return stillness.back();
        } catch (DockerException e) {
            throw failed(e);
        }
    }

    /** Keeps those still once more that came back; their journal entries are those of what runs now. */
    synchronized void holdAgain(List<CameBack> back) throws RunException, DataDirectoryException {
        for (CameBack one : back) {
            JournalEntry was = one.was();
            Optional<Service> changed = one.held() && was.isService() ? at0(was) : Optional.empty();
            if (changed.isPresent()) {
                // Changed and still down: what it had before is all that there is to bring it back by.
                held.put(was.left(changed.get().version()));
                continue;
            }
            if (one.held()) {
                held.forget(was);
            }
            stillness.forget(one);
            hold(one.hold());
        }
    }

    private Optional<Service> at0(JournalEntry entry) throws RunException {
        try {
            return docker.services().find(entry.id()).filter(service -> service.replicas() == 0);
        } catch (DockerException e) {
            throw failed(e);
        }
    }

    /** Whether something was to be kept still, and already was. */
    synchronized boolean wasFoundStill(String name) {
        return stillness.wasFound(name);
    }

    /**
     * Brings back all but some, in reverse order; nothing can be held afterwards.
     *
     * @param except by their own names, or by those that they were asked for by
     * @param patient whether there is time to see to one after the other; may end at any moment
     */
    synchronized void release(Set<String> except, BooleanSupplier patient) {
        closed = true;
        boolean hastened = false;
        for (List<JournalEntry> left = heldBut(except); !left.isEmpty(); left = heldBut(except)) {
            if (!hastened && !patient.getAsBoolean()) {
                hastened = true;
                left.forEach(held::hasten);
            } else {
                release(left.get(0), patient);
            }
        }
    }

    private List<JournalEntry> heldBut(Set<String> except) {
        return held.newestFirst().stream()
                .filter(entry -> !except.contains(entry.name())
                        && !except.contains(held.askedBy(entry).name()))
                .toList();
    }

    /** Brings back one, unless that was done before; whether this run ever held it. */
    synchronized boolean release(String name, BooleanSupplier patient) {
        for (JournalEntry entry : held.newestFirst()) {
            if (entry.name().equals(name) || held.askedBy(entry).name().equals(name)) {
                release(entry, patient);
            }
        }
        return released.contains(name);
    }

    private void release(JournalEntry entry, BooleanSupplier patient) {
        released.add(entry.name());
        released.add(held.askedBy(entry).name());
        if (entry.stage() != Stage.ANNOUNCED) {
            held.release(entry, patient);
        } else if (told.contains(entry.id())) {
            held.release(entry.givenUp(now()), patient);
        } else {
            held.leaveAlone(entry);
        }
    }
}
