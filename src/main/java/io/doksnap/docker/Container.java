package io.doksnap.docker;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A container as its engine had it a moment ago.
 *
 * @param id never given to another container, other than the name
 * @param startedAt when it was last started, in the engine's own words: another text means that it was started again
 * @param exitCode of its last end; 0 while it runs
 * @param health what its health check says
 * @param goneWhenStopped whether the engine removes it as soon as it ends ({@code --rm})
 * @param grace how long it is given to stop by itself before it is killed
 * @param image that it was made of, by id
 * @param mounts in the order of their destinations
 */
public record Container(
        String id,
        String name,
        State state,
        String startedAt,
        long exitCode,
        Health health,
        boolean goneWhenStopped,
        Duration grace,
        Map<String, String> labels,
        String image,
        List<Mount> mounts) {
    /** The label by which the container of a Swarm service's task carries the service's name. */
    public static final String SWARM_SERVICE = "com.docker.swarm.service.name";

    public Container {
        labels = Map.copyOf(labels);
        mounts = List.copyOf(mounts);
    }

    /** A container of which no image and no mounts are known. */
    public Container(
            String id,
            String name,
            State state,
            String startedAt,
            long exitCode,
            Health health,
            boolean goneWhenStopped,
            Duration grace,
            Map<String, String> labels) {
        this(id, name, state, startedAt, exitCode, health, goneWhenStopped, grace, labels, "", List.of());
    }

    /** The same container with other mounts. */
    public Container withMounts(Mount... others) {
        return new Container(
                id, name, state, startedAt, exitCode, health, goneWhenStopped, grace, labels, image, List.of(others));
    }

    /** The same container with other labels. */
    public Container withLabels(Map<String, String> others) {
        return new Container(
                id, name, state, startedAt, exitCode, health, goneWhenStopped, grace, others, image, mounts);
    }

    /** Whether its processes run, or are about to. */
    public boolean isUp() {
        return state == State.RUNNING || state == State.RESTARTING;
    }

    /** The Swarm service whose task it is, by name: Swarm undoes at once what is done to such a container. */
    public Optional<String> swarmService() {
        return Optional.ofNullable(labels.get(SWARM_SERVICE));
    }

    /** What a container can be, in the engine's own terms. */
    public enum State {
        /** Never started. */
        CREATED,
        /** Its processes run. */
        RUNNING,
        /** Its processes are frozen. */
        PAUSED,
        /** It ended, and the engine is about to start it again. */
        RESTARTING,
        /** It is being removed. */
        REMOVING,
        /** It ended, or was stopped. */
        EXITED,
        /** It could not be removed, and cannot be started. */
        DEAD
    }

    /** What a health check says. */
    public enum Health {
        /** There is no health check. */
        NONE,
        /** It was started too short a time ago to tell. */
        STARTING,
        /** It works. */
        HEALTHY,
        /** It runs, and does not work. */
        UNHEALTHY
    }
}
