package io.doksnap.operator;

import io.doksnap.api.Reason;
import io.doksnap.policy.Policy;
import io.doksnap.schedule.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What is known of an object that is carried out once: a Backup or a Restore.
 *
 * @param uid of the object
 * @param created when it was
 * @param dueAt the time that its spec names; empty: none
 * @param deleted whether it is to go
 * @param undo whether our finalizer keeps it
 * @param claim the annotation, whatever it says
 * @param result how it ended, as its status says; empty: it has not
 * @param started whether its status says that it was begun
 * @param attempts how often it was tried, as its status says
 * @param nextAttempt when it is to be tried again, as its status says
 * @param scheduled whether the operator made it
 * @param work what it asks for, as far as that can be told
 * @param stage how far it is in this process
 */
record TaskFacts(
        String uid,
        Instant created,
        Optional<Instant> dueAt,
        boolean deleted,
        boolean undo,
        Optional<String> claim,
        Optional<Reason> result,
        boolean started,
        int attempts,
        Optional<Instant> nextAttempt,
        boolean scheduled,
        Work work,
        Stage stage) {

    /** When to try again: at once where a clock had said so that was ahead, as that might be in years. */
    static Instant believable(Instant nextAttempt, Optional<Policy> policy, Instant now) {
        Duration longest = policy.map(known -> known.retry().backoff())
                .orElse(Duration.ZERO)
                .multipliedBy(2);
        return Schedule.isBelievable(nextAttempt.minus(longest), now) ? nextAttempt : now;
    }

    /** How far a run is in this process. */
    enum Stage {
        /** This process does not know it. */
        NONE,
        /** It waits for its turn, or is carried out. */
        ACTIVE,
        /** It has ended, and the object does not say so yet. */
        ENDED
    }

    /** What the object asks for. */
    sealed interface Work {
        /** It can be carried out, so often at most. */
        record Ready(int attempts) implements Work {}

        /** Another host's operator does it. */
        record Elsewhere() implements Work {}

        /** It cannot be carried out. */
        record Senseless(Reason reason, String message) implements Work {}

        /** It cannot be carried out as things are since a moment, which may pass: labels change one container at a time. */
        record Unsettled(Reason reason, String message, Instant since) implements Work {}

        /** What it names may still come. */
        record NotThereYet(String message) implements Work {}
    }
}
