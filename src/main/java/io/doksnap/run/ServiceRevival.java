package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.docker.DockerEngine;
import io.doksnap.docker.DockerException;
import io.doksnap.docker.Service;
import io.doksnap.docker.Service.Mode;
import io.doksnap.docker.Task;
import io.doksnap.run.JournalEntry.Stage;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * Scales one service back to the replicas it had, and only if it still has none: any other number is somebody else's wish. Whatever else of it was changed meanwhile stays.
 */
final class ServiceRevival {
    private static final Duration SCALE_WITHIN = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(250);

    /** How much later than it should what nobody waited for may still take effect. */
    private static final Duration SETTLING = Duration.ofSeconds(5);

    /** How long the same tasks have to run before they count as running. */
    private static final Duration STEADY = Duration.ofSeconds(1);

    private static final Duration RUNNING_WITHIN = Duration.ofSeconds(10);

    /** Swarm says that a task runs only when its health check does. */
    private static final Duration HEALTHY_WITHIN = Duration.ofSeconds(60);

    private final DockerEngine docker;
    private final Clock clock;
    private final Pause pause;
    private final LateStops late;

    ServiceRevival(DockerEngine docker, Clock clock, Pause pause, LateStops late) {
        this.docker = docker;
        this.clock = clock;
        this.pause = pause;
        this.late = late;
    }

    /** Scales one back that is still as it was left, and waits for nothing. */
    void hasten(JournalEntry entry, Runnable aboutToStart) throws DockerException {
        Optional<Service> found =
                docker.services().find(entry.id()).filter(now -> now.mode() == Mode.REPLICATED && now.replicas() == 0);
        if (found.isPresent()) {
            aboutToStart.run();
            Optional<Service> ignored = docker.services().scale(found.get(), 0, entry.replicas(), SCALE_WITHIN);
        }
    }

    Revived attempt(JournalEntry entry, Runnable aboutToStart, BooleanSupplier patient) throws DockerException {
        Optional<Service> found = docker.services().find(entry.id());
        if (entry.stage() == Stage.ANNOUNCED) {
            found = settle(entry, found);
        }
        if (found.isEmpty()) {
            return missing(entry);
        }
        Service now = found.get();
        if (entry.stage() == Stage.ANNOUNCED && now.replicas() > 0 && now.replicas() == entry.replicas()) {
            return now.version() == entry.version()
                    ? Revival.untouched(entry, late)
                    : new Revived.LeftAlone(Reason.NOT_QUIESCED, entry.summary() + " was not scaled to 0 after all");
        } else if (now.mode() == Mode.REPLICATED && now.replicas() == 0) {
            aboutToStart.run();
            if (docker.services().scale(now, 0, entry.replicas(), SCALE_WITHIN).isPresent()) {
                return steady(entry, now, patient);
            }
        } else if (entry.stage() == Stage.REVIVING && now.replicas() == entry.replicas()) {
            return steady(entry, now, patient);
        }
        return theirs(entry);
    }

    /** Nobody waited for the engine's answer, so it may only be about to do what it was told. */
    private Optional<Service> settle(JournalEntry entry, Optional<Service> asFound) throws DockerException {
        Duration passed = Duration.between(entry.at(), clock.instant());
        Duration left = passed.isNegative() ? SETTLING : SETTLING.minus(passed);
        Optional<Service> now = asFound;
        for (long i = polls(left); i > 0 && now.isPresent() && now.get().version() == entry.version(); i--) {
            pause.take(POLL);
            now = docker.services().find(entry.id());
        }
        return now;
    }

    private Revived missing(JournalEntry entry) throws DockerException {
        if (!docker.services().isManager()) {
            return new Revived.Down(
                    Reason.SCALE_UP_FAILED,
                    was(entry) + ", and this engine is no manager of a Swarm any more; on a manager: " + byHand(entry),
                    true);
        } else if (docker.services().find(entry.name()).isPresent()) {
            return new Revived.LeftAlone(
                    Reason.REDEPLOYED, was(entry) + ", and somebody put another in its place, which is left alone");
        }
        return new Revived.Down(
                Reason.SCALE_UP_FAILED,
                was(entry) + ", and somebody removed it meanwhile; if that was not meant, deploy it again",
                false);
    }

    private static Revived theirs(JournalEntry entry) {
        return new Revived.LeftAlone(
                Reason.REDEPLOYED,
                was(entry) + ", and somebody else scaled or redeployed it meanwhile: it stays as they want it");
    }

    /** That it was scaled does not mean that its tasks stay up. */
    private Revived steady(JournalEntry entry, Service service, BooleanSupplier patient) throws DockerException {
        Set<String> before = Set.of();
        long steady = 0;
        for (long i = 0; i < polls(patient.getAsBoolean() ? HEALTHY_WITHIN : RUNNING_WITHIN); i++) {
            Set<String> running = running(service);
            steady = running.size() >= entry.replicas() && running.equals(before) ? steady + 1 : 0;
            if (steady >= polls(STEADY)) {
                return new Revived.Back(entry.summary() + " runs again with " + replicas(entry.replicas()), true);
            }
            before = running;
            pause.take(POLL);
            Optional<Service> now = docker.services().find(service.id());
            if (now.isEmpty()) {
                return missing(entry);
            } else if (now.get().replicas() != entry.replicas()) {
                return theirs(entry);
            }
        }
        return before.isEmpty() && (patient.getAsBoolean() || !isOnItsWay(service))
                ? down(entry, service)
                : slow(entry, before.size());
    }

    private boolean isOnItsWay(Service service) throws DockerException {
        return docker.hasImage(service.image())
                && docker.services().tasks(service).stream().anyMatch(Task::isUp);
    }

    private Set<String> running(Service service) throws DockerException {
        return docker.services().tasks(service).stream()
                .filter(task -> task.wanted() && task.state() == Task.State.RUNNING)
                .map(Task::id)
                .collect(Collectors.toSet());
    }

    /** It is scaled, and the rest is Swarm's: it goes on trying. */
    private static Revived slow(JournalEntry entry, int running) {
        return new Revived.Back(
                entry.summary() + " is scaled back to " + replicas(entry.replicas()) + ", of which " + running
                        + " run so far; see: docker service ps " + entry.name(),
                false);
    }

    private Revived down(JournalEntry entry, Service service) throws DockerException {
        String image = docker.services().find(service.id()).map(Service::image).orElse(entry.image());
        if (!docker.hasImage(image)) {
            return new Revived.Down(
                    Reason.IMAGE_GONE,
                    was(entry) + ", is scaled back to " + replicas(entry.replicas()) + ", and cannot start: its image "
                            + image + " is no longer here (docker image prune -a removes what nothing runs of) and"
                            + " could not be pulled; deploy it again, or pull or build the image",
                    true);
        }
        return new Revived.Down(
                Reason.SCALE_UP_FAILED,
                was(entry) + ", is scaled back to " + replicas(entry.replicas())
                        + ", and none of them runs; see: docker service ps --no-trunc " + entry.name(),
                true);
    }

    private static String was(JournalEntry entry) {
        return entry.summary() + " was scaled to 0";
    }

    private static String byHand(JournalEntry entry) {
        return "docker service scale " + entry.name() + "=" + entry.replicas();
    }

    private static String replicas(long count) {
        return count == 1 ? "1 replica" : count + " replicas";
    }

    private static long polls(Duration time) {
        return Math.max(0, time.toMillis() / POLL.toMillis());
    }
}
