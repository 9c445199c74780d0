package io.doksnap.status;

import java.util.OptionalInt;

/**
 * How an operator is.
 *
 * @param phase what it is about
 * @param message the same for a person, in one sentence; empty where there is nothing to say
 * @param running how many runs are under way
 * @param queued how many are due and wait for their turn
 * @param unprotected how many workloads have data and no policy; empty where nobody counts them
 */
public record OperatorState(Phase phase, String message, int running, int queued, OptionalInt unprotected) {

    /** What an operator is about. */
    public enum Phase {
        /** It has not seen everything yet. */
        STARTING,
        /** Another one does the work, and this one takes over when that ends. */
        STANDBY,
        /** It does its work. */
        READY,
        /** It ends what it has begun, and then itself. */
        STOPPING,
        /** It cannot go on, and has to be started anew. */
        FAILED
    }

    /** Whether it does its work. */
    boolean ready() {
        return phase == Phase.READY;
    }

    /** Whether there is any use in leaving it alone. */
    boolean alive() {
        return phase != Phase.FAILED;
    }
}
