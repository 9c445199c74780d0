package io.doksnap.run;

import io.doksnap.api.Reason;

/** What became of a container that was to be brought back. */
sealed interface Revived {

    /** What happened, in one sentence that names it. */
    String text();

    /**
     * It runs again.
     *
     * @param healthy whether it has no health check, or one that says so
     */
    record Back(String text, boolean healthy) implements Revived {}

    /** There was nothing to bring back: it had never been touched, or somebody else has seen to it. */
    record LeftAlone(Reason reason, String text) implements Revived {}

    /** It runs, and the engine may still be about to do what it was told: to be looked at again. */
    record Unsettled(String text) implements Revived {}

    /**
     * It does not run.
     *
     * @param again whether to try it again later makes sense
     */
    record Down(Reason reason, String text, boolean again) implements Revived {}
}
