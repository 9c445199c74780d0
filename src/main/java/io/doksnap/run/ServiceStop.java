package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.docker.Container;
import io.doksnap.docker.DockerEngine;
import io.doksnap.docker.DockerException;
import io.doksnap.docker.Service;
import io.doksnap.docker.Service.Mode;
import io.doksnap.docker.Services.Role;
import io.doksnap.docker.Task;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Stops Swarm services and sees whether they stay so. A task that is stopped would be replaced at once, so a service is scaled to 0; and then its tasks run on for as long as they
 * are given to end, so it is stopped when no container of it runs any more.
 */
final class ServiceStop {
    private static final Duration POLL = Duration.ofMillis(100);

    private final DockerEngine docker;
    private final Pause pause;

    ServiceStop(DockerEngine docker, Pause pause) {
        this.docker = docker;
        this.pause = pause;
    }

    Service named(String name) throws RunException, DockerException {
        Optional<Service> found = docker.services().find(name);
        if (found.isPresent()) {
            return found.get();
        }
        Role role = docker.services().role();
        throw new RunException(
                Reason.QUIESCE_FAILED,
                switch (role) {
                    case MANAGER ->
                        "there is no container or Swarm service " + name
                                + " to be kept still; `docker ps -a` and `docker service ls` list them";
                    case NONE ->
                        "there is no container or Swarm service " + name
                                + " to be kept still: this engine is in no Swarm; `docker ps -a` lists what is there";
                    case WORKER ->
                        "service " + name + " cannot be stopped from here: services are scaled by a manager of the"
                                + " Swarm, and this engine is a worker; run doksnap on a manager, or pause it instead";
                });
    }

    /** The service whose task a container is. */
    Optional<Service> of(Container container) throws RunException, DockerException {
        Optional<String> name = container.swarmService();
        if (name.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(named(name.get()));
        } catch (RunException e) {
            throw new RunException(
                    e.reason(), "container " + container.name() + " is the task of a service: " + e.text(), e);
        }
    }

    /** Containers of a service that run on this node. */
    List<Container> runningHere(String service) throws DockerException {
        return docker.containers().labelled(Map.of(Container.SWARM_SERVICE, service)).stream()
                .filter(Container::isUp)
                .toList();
    }

    static void refuseWhatCannotBeScaled(Service service) throws RunException {
        if (service.mode() == Mode.GLOBAL) {
            throw new RunException(
                    Reason.QUIESCE_FAILED,
                    "service " + service.name() + " is global: it has a task on each node and cannot be scaled to 0;"
                            + " pause it instead, or back it up without stopping it");
        } else if (service.mode() == Mode.JOB) {
            throw new RunException(
                    Reason.QUIESCE_FAILED,
                    "service " + service.name() + " is a job, which would not be the same after it was stopped; back it"
                            + " up without stopping it");
        }
    }

    Optional<Service> scaleDown(Service service, Hold hold) throws DockerException {
        return docker.services().scale(service, service.replicas(), 0, EnginePatience.of(hold.within()));
    }

    /** Nothing is read before the last of its containers has ended, here and on all other nodes. */
    Service awaitGone(Service service, Hold hold) throws RunException, DockerException {
        for (long i = Math.max(1, hold.within().toMillis() / POLL.toMillis()); i > 0; i--) {
            Optional<Service> now = docker.services().find(service.id());
            if (now.isEmpty() || now.get().replicas() > 0) {
                throw new RunException(
                        Reason.QUIESCE_FAILED,
                        "service " + service.name()
                                + (now.isEmpty() ? " was removed" : " was scaled or redeployed by somebody else")
                                + " while it was being stopped");
            }
            if (docker.services().tasks(service).stream().noneMatch(Task::isUp)
                    && runningHere(service.name()).isEmpty()) {
                return now.get();
            }
            if (Thread.currentThread().isInterrupted()) {
                break;
            }
            pause.take(POLL);
        }
        throw new RunException(
                Reason.QUIESCE_FAILED,
                "service " + service.name() + " was scaled to 0, and some of its tasks still run; they have "
                        + BackupRun.words(service.grace())
                        + " to end by themselves, and quiesce.timeout is to be longer"
                        + " than that: docker service ps " + service.name());
    }

    /**
     * Whether it runs by somebody else's hand, or another one of its name does. Also one that was only changed counts: it may have run in
     * between.
     */
    boolean isBack(JournalEntry entry) throws DockerException {
        Optional<Service> now = docker.services().find(entry.id());
        return now.isPresent()
                ? now.get().replicas() > 0 || now.get().version() != entry.version()
                : docker.services()
                        .find(entry.name())
                        .filter(other -> other.replicas() > 0)
                        .isPresent();
    }
}
