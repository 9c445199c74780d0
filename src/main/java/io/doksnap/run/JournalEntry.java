package io.doksnap.run;

import io.doksnap.docker.Container;
import io.doksnap.docker.Service;
import java.time.Duration;
import java.time.Instant;

/**
 * One container or service that a run stops or pauses, as its journal has it.
 *
 * @param name for people
 * @param id what it is found by: another one of that name is none of ours
 * @param startedAt when a container was last started before it was touched, in the engine's own words; when that is another, somebody started
 *     it meanwhile
 * @param at when it was about to be touched, or was given up
 * @param graceSeconds how long from then on the engine may take to stop it, also without us
 * @param replicas how many tasks a service had, and is to have again
 * @param version of a service as it was left: another one says that somebody has changed it meanwhile
 * @param image that it needs to come back; empty where that is not known
 */
record JournalEntry(
        Kind kind,
        String name,
        String id,
        Action action,
        Stage stage,
        String startedAt,
        Instant at,
        long graceSeconds,
        long replicas,
        long version,
        String image) {

    /** An engine that has killed a container waits so long for its end before it says that it failed. */
    private static final Duration ENGINES_OWN = Duration.ofSeconds(10);

    /** A container that is about to be touched. */
    static JournalEntry of(Container container, Hold hold, Instant now) {
        return of(container, hold.action(), hold.grace().orElse(container.grace()), now);
    }

    /** A container that is still without anybody's doing, as one that was brought to be so would be. */
    static JournalEntry still(Container container, Instant now) {
        Action as = container.state() == Container.State.PAUSED ? Action.PAUSE : Action.STOP;
        return of(container, as, Duration.ZERO, now);
    }

    private static JournalEntry of(Container container, Action action, Duration grace, Instant now) {
        return new JournalEntry(
                Kind.CONTAINER,
                container.name(),
                container.id(),
                action,
                Stage.ANNOUNCED,
                container.startedAt(),
                now,
                action == Action.PAUSE ? 0 : grace.toSeconds(),
                0,
                0,
                container.image());
    }

    /** A service that is about to be scaled to 0. */
    static JournalEntry of(Service service, Instant now) {
        return new JournalEntry(
                Kind.SERVICE,
                service.name(),
                service.id(),
                Action.STOP,
                Stage.ANNOUNCED,
                "",
                now,
                service.grace().toSeconds(),
                service.replicas(),
                service.version(),
                service.image());
    }

    JournalEntry at(Stage reached) {
        return new JournalEntry(kind, name, id, action, reached, startedAt, at, graceSeconds, replicas, version, image);
    }

    /** As announced at another time, at which it had been started at another. */
    JournalEntry since(Instant when, String started) {
        return new JournalEntry(kind, name, id, action, stage, started, when, graceSeconds, replicas, version, image);
    }

    /** The same once nobody waits for the engine any more, which may do it from here on all the same. */
    JournalEntry givenUp(Instant when) {
        long passed = Math.max(0, Duration.between(at, when).toSeconds());
        long seconds = Math.max(graceSeconds - passed, ENGINES_OWN.toSeconds());
        return new JournalEntry(kind, name, id, action, stage, startedAt, when, seconds, replicas, version, image);
    }

    /** A container that was touched, as it was left. */
    JournalEntry left(String started) {
        return new JournalEntry(
                kind, name, id, action, Stage.DONE, started, at, graceSeconds, replicas, version, image);
    }

    /** A service that was touched, as it was left. */
    JournalEntry left(long asVersion) {
        return new JournalEntry(
                kind, name, id, action, Stage.DONE, startedAt, at, graceSeconds, replicas, asVersion, image);
    }

    boolean isService() {
        return kind == Kind.SERVICE;
    }

    Duration grace() {
        return Duration.ofSeconds(graceSeconds);
    }

    /** Names it, such as {@code container shop}. */
    String summary() {
        return kind.word() + " " + name;
    }

    /** What can be kept still. */
    enum Kind {
        CONTAINER("container"),
        /** A replicated Swarm service: stopped is what has no tasks. */
        SERVICE("service");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        /** What it is called. */
        String word() {
            return word;
        }
    }

    /** What is done to it. */
    enum Action {
        STOP("stopped"),
        PAUSE("paused");

        private final String done;

        Action(String done) {
            this.done = done;
        }

        /** What it then is. */
        String done() {
            return done;
        }
    }

    /** How far it is known to have come; the truth may be one step further. */
    enum Stage {
        /** It is about to be touched. */
        ANNOUNCED,
        /** It was touched. */
        DONE,
        /** It is about to be brought back: whatever it is from here on, it is to run. */
        REVIVING
    }
}
