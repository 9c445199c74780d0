package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.docker.Container;
import io.doksnap.docker.Container.Health;
import io.doksnap.docker.Container.State;
import io.doksnap.docker.Containers;
import io.doksnap.docker.DockerEngine;
import io.doksnap.docker.DockerException;
import io.doksnap.docker.DockerException.Kind;
import io.doksnap.run.JournalEntry.Action;
import io.doksnap.run.JournalEntry.Stage;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/**
 * Brings back one container or service that was stopped or paused, whatever happened to it since.
 *
 * <p>Only what was running is started, and only while it is still as we left it: one that somebody started meanwhile, or put another
 * in the place of, is theirs.
 */
final class Revival {
    private static final Duration START_WITHIN = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(250);

    /** How much later than it should a stop that nobody waited for may still take effect. */
    private static final Duration SETTLING = Duration.ofSeconds(5);

    /** How long a container has to run before it counts as running. */
    private static final Duration STEADY = Duration.ofSeconds(1);

    private static final Duration RUNNING_WITHIN = Duration.ofSeconds(30);
    private static final Duration HEALTHY_WITHIN = Duration.ofSeconds(60);

    /** A redeploy removes a container a moment before it creates the next. */
    private static final Duration REPLACED_WITHIN = Duration.ofSeconds(3);

    private static final int ATTEMPTS = 4;

    /** An engine that is being restarted is back by then. */
    private static final int PATIENT_ATTEMPTS = 10;

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(15);

    private final Containers containers;
    private final ServiceRevival services;
    private final LateStops late;
    private final Clock clock;
    private final Pause pause;

    Revival(DockerEngine docker, Clock clock, Pause pause) {
        this.containers = docker.containers();
        this.late = new LateStops(clock, pause);
        this.services = new ServiceRevival(docker, clock, pause, late);
        this.clock = clock;
        this.pause = pause;
    }

    /**
     * Lets a container or service start that is as it was left, and waits for nothing: for all of them, when there is no time to see to one after the other.
     * What becomes of it is for {@link #revive} to say.
     *
     * @param aboutToStart is told right before it is started, to be noted
     */
    void hasten(JournalEntry entry, Runnable aboutToStart) throws DockerException {
        if (entry.stage() != Stage.DONE || entry.action() != Action.STOP) {
            return;
        }
        if (entry.isService()) {
            services.hasten(entry, aboutToStart);
            return;
        }
        Optional<Container> found = containers.find(entry.id()).filter(now -> isAsLeft(now, entry));
        if (found.isPresent()) {
            aboutToStart.run();
            containers.start(found.get(), START_WITHIN);
        }
    }

    private static boolean isAsLeft(Container now, JournalEntry entry) {
        return now.startedAt().equals(entry.startedAt()) && !now.isUp() && now.state() != State.PAUSED;
    }

    /**
     * Brings it back.
     *
     * @param aboutToStart is told right before it is started, to be noted
     * @param patient for how long to wait for its health check, and for an engine that is away
     */
    Revived revive(JournalEntry entry, Runnable aboutToStart, BooleanSupplier patient) {
        Duration wait = Duration.ofSeconds(1);
        AtomicBoolean begun = new AtomicBoolean();
        Runnable starting = () -> {
            aboutToStart.run();
            begun.set(true);
        };
        for (int attempt = 1; ; attempt++) {
            JournalEntry now = begun.get() ? entry.at(Stage.REVIVING) : entry;
            try {
                return now.isService() ? services.attempt(now, starting, patient) : attempt(now, starting, patient);
            } catch (DockerException e) {
                if (attempt >= (e.kind() == Kind.UNAVAILABLE && patient.getAsBoolean() ? PATIENT_ATTEMPTS : ATTEMPTS)) {
                    return gaveUp(entry, String.valueOf(e.getMessage()));
                }
                pause.take(wait);
                wait = wait.multipliedBy(2).compareTo(LONGEST_WAIT) < 0 ? wait.multipliedBy(2) : LONGEST_WAIT;
            }
        }
    }

    static Revived gaveUp(JournalEntry entry, String why) {
        return new Revived.Down(
                entry.isService() ? Reason.SCALE_UP_FAILED : Reason.START_FAILED,
                entry.isService()
                        ? entry.summary() + " was scaled to 0, and cannot be scaled back to " + entry.replicas() + ": "
                                + why
                        : was(entry) + failure(entry) + why,
                true);
    }

    private Revived attempt(JournalEntry entry, Runnable aboutToStart, BooleanSupplier patient) throws DockerException {
        Optional<Container> found = containers.find(entry.id());
        if (found.isPresent() && entry.stage() == Stage.ANNOUNCED && isAsBefore(found.get(), entry)) {
            found = settle(entry, found.get());
        }
        if (found.isEmpty()) {
            return missing(entry);
        }
        Container now = found.get();
        if (entry.stage() == Stage.ANNOUNCED && isAsBefore(now, entry)) {
            return untouched(entry, late);
        }
        if (entry.action() == Action.PAUSE) {
            return unpause(entry, now);
        }
        boolean startedSince = !now.startedAt().equals(entry.startedAt());
        if (entry.stage() == Stage.ANNOUNCED && startedSince && now.isUp()) {
            // By the next run, as like as not, which has stopped it meanwhile.
            return new Revived.LeftAlone(
                    Reason.NOT_QUIESCED,
                    entry.summary() + " was to be " + entry.action().done() + ", and was started since");
        }
        if (now.isUp() || now.state() == State.PAUSED) {
            return startedSince && entry.stage() == Stage.REVIVING
                    ? steady(entry, now, patient)
                    : new Revived.LeftAlone(
                            startedSince ? Reason.RESTORED : Reason.NOT_QUIESCED,
                            startedSince
                                    ? was(entry) + ", and was started by somebody else"
                                    : entry.summary() + " was not "
                                            + entry.action().done() + " after all");
        }
        if (startedSince && entry.stage() != Stage.REVIVING) {
            return new Revived.LeftAlone(
                    Reason.RESTORED, was(entry) + ", and somebody else started and stopped it again: it stays stopped");
        }
        aboutToStart.run();
        try {
            containers.start(now, START_WITHIN);
        } catch (DockerException e) {
            if (e.kind() == Kind.NOT_FOUND && containers.find(entry.id()).isPresent()) {
                return new Revived.Down(Reason.IMAGE_GONE, was(entry) + failure(entry) + e.getMessage(), true);
            }
            throw e;
        }
        return steady(entry, now, patient);
    }

    private static boolean isAsBefore(Container now, JournalEntry entry) {
        return now.isUp() && now.startedAt().equals(entry.startedAt());
    }

    /** What was to be stopped or paused, and is as it was. */
    static Revived untouched(JournalEntry entry, LateStops late) {
        String done = entry.isService() ? "scaled to 0" : entry.action().done();
        return late.mayStillCome(entry)
                ? new Revived.Unsettled(
                        entry.summary() + " was to be " + done + ", and still runs; where the engine does it"
                                + " late, within " + LateStops.WATCHED.toMinutes()
                                + " minutes, it is brought back by doksnap run, or else by the next doksnap backup")
                : notDone(entry);
    }

    /** What was announced, and did not come about. */
    static Revived notDone(JournalEntry entry) {
        String done = entry.isService() ? "scaled to 0" : entry.action().done();
        return new Revived.LeftAlone(Reason.NOT_QUIESCED, entry.summary() + " was not " + done + " after all");
    }

    /** Nobody waited for the engine's answer, so it may only be about to do what it was told. */
    private Optional<Container> settle(JournalEntry entry, Container asFound) throws DockerException {
        Duration longest = entry.grace().plus(SETTLING);
        Duration passed = Duration.between(entry.at(), clock.instant());
        Duration left = passed.isNegative() ? longest : longest.minus(passed);
        Optional<Container> now = Optional.of(asFound);
        for (long i = polls(left); i > 0 && now.isPresent() && isAsBefore(now.get(), entry); i--) {
            pause.take(POLL);
            now = containers.find(entry.id());
        }
        return now;
    }

    private Revived missing(JournalEntry entry) throws DockerException {
        Optional<Container> other = containers.find(entry.name());
        for (long i = polls(REPLACED_WITHIN); i > 0 && other.isEmpty(); i--) {
            pause.take(POLL);
            other = containers.find(entry.name());
        }
        if (other.isPresent()) {
            return new Revived.LeftAlone(
                    Reason.REDEPLOYED, was(entry) + ", and somebody put another in its place, which is left alone");
        }
        return new Revived.Down(
                Reason.START_FAILED,
                was(entry) + ", and somebody removed it meanwhile (docker container prune removes what is stopped)."
                        + " If that was not meant, create it again, as with docker compose up -d",
                false);
    }

    private Revived unpause(JournalEntry entry, Container now) throws DockerException {
        if (now.state() != State.PAUSED || !now.startedAt().equals(entry.startedAt())) {
            return new Revived.LeftAlone(
                    now.isUp() ? Reason.RESTORED : Reason.NOT_QUIESCED,
                    entry.summary() + " is no longer as it was paused: it is left alone");
        }
        containers.unpause(now);
        return new Revived.Back(entry.summary() + " goes on", true);
    }

    /** That it was started does not mean that it stays up. */
    private Revived steady(JournalEntry entry, Container container, BooleanSupplier patient) throws DockerException {
        Optional<Container> now = containers.find(container.id());
        long steady = 0;
        for (long i = polls(RUNNING_WITHIN); i > 0 && steady < polls(STEADY) && !isOver(now); i--) {
            steady = now.get().state() == State.RESTARTING ? 0 : steady + 1;
            pause.take(POLL);
            now = containers.find(container.id());
        }
        if (isOver(now) || steady < polls(STEADY)) {
            String how = now.isEmpty() ? "" : " with exit code " + now.get().exitCode();
            return new Revived.Down(
                    Reason.START_FAILED,
                    was(entry) + ", was started again, and ended at once" + how + "; see: docker logs " + entry.name(),
                    true);
        }
        boolean healthy = isHealthy(container.id(), patient);
        return new Revived.Back(
                healthy
                        ? entry.summary() + " runs again"
                        : entry.summary()
                                + " runs again, but its health check has not said healthy within "
                                + HEALTHY_WITHIN.toSeconds() + " s; see: docker inspect " + entry.name(),
                healthy);
    }

    private static boolean isOver(Optional<Container> container) {
        return container.isEmpty()
                || !(container.get().isUp() || container.get().state() == State.PAUSED);
    }

    private boolean isHealthy(String id, BooleanSupplier patient) throws DockerException {
        for (long i = polls(HEALTHY_WITHIN); i > 0; i--) {
            if (!patient.getAsBoolean()) {
                return true;
            }
            Health health = containers.find(id).map(Container::health).orElse(Health.NONE);
            if (health == Health.NONE || health == Health.HEALTHY) {
                return true;
            }
            pause.take(POLL);
        }
        return false;
    }

    private static String was(JournalEntry entry) {
        return entry.summary() + " was " + entry.action().done();
    }

    private static String failure(JournalEntry entry) {
        return entry.action() == Action.STOP ? ", and cannot be started: " : ", and cannot be unpaused: ";
    }

    private static long polls(Duration time) {
        return Math.max(0, time.toMillis() / POLL.toMillis());
    }
}
