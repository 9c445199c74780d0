package io.doksnap.run;

import java.time.Duration;
import java.time.Instant;

/**
 * One container that a run stops or pauses, as its journal has it.
 *
 * @param container its name, for people
 * @param id what it is found by: another container of that name is none of ours
 * @param startedAt when it was last started before it was touched, in the engine's own words; when that is another, somebody started it
 *     meanwhile
 * @param at when it was about to be touched
 * @param graceSeconds how long the engine may take to stop it, also without us
 */
record JournalEntry(
        String container, String id, Action action, Stage stage, String startedAt, Instant at, long graceSeconds) {

    JournalEntry at(Stage reached) {
        return new JournalEntry(container, id, action, reached, startedAt, at, graceSeconds);
    }

    Duration grace() {
        return Duration.ofSeconds(graceSeconds);
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
