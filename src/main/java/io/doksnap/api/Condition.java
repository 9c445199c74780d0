package io.doksnap.api;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One thing that is known about a resource, in the form that Kubernetes tools understand.
 *
 * @param type what it is about; a resource has one condition of each type
 * @param status whether it is so: {@code True}, {@code False} or {@code Unknown}
 * @param reason why it is so; code decides by this
 * @param message the same for a person, in one sentence; nothing decides by it
 * @param lastTransitionTime since when the status is what it is: a new reason or message does not change it
 * @param observedGeneration which version of the spec it speaks of; 0 where the kind has none
 */
public record Condition(
        ConditionType type,
        Status status,
        Reason reason,
        String message,
        @Nullable Instant lastTransitionTime,
        long observedGeneration) {

    /** Whether it is so. */
    public enum Status {
        TRUE("True"),
        FALSE("False"),
        /** Nobody can tell. */
        UNKNOWN("Unknown");

        private final String text;

        Status(String text) {
            this.text = text;
        }

        /** The status as Kubernetes writes it. */
        @Override
        public String toString() {
            return text;
        }
    }
}
