package io.doksnap.docker;

import java.time.Instant;

/**
 * One task of a Swarm service, on whichever node.
 *
 * @param createdAt by the managers' clock
 * @param wanted whether it is to run; one that is not may run on for the grace period of its service
 * @param node that it was given to, by id; empty where it was given to none yet
 * @param slot which of the service's replicas it is, as those before it in the same place were; 0 for those of global services
 */
public record Task(String id, Instant createdAt, boolean wanted, State state, String node, int slot) {

    /** How far a task is. */
    public enum State {
        /** It is about to start, or has started and its health check has not said healthy yet. */
        BEFORE,
        /** It runs, and is healthy where it has a health check. */
        RUNNING,
        /** It has ended, in whatever way, or was never to begin. */
        OVER
    }

    /** Whether its processes run, or may be about to. */
    public boolean isUp() {
        return state != State.OVER;
    }
}
