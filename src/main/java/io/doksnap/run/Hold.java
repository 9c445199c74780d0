package io.doksnap.run;

import io.doksnap.run.JournalEntry.Action;
import io.doksnap.run.JournalEntry.Kind;
import java.time.Duration;
import java.util.Optional;

/**
 * How something is kept still.
 *
 * @param kind what it is; empty: a container of that name, else a service
 * @param grace how long it may take to stop by itself; empty: as it says; for a pause, and for a service, without meaning
 * @param signal is sent instead of stopping it; for a service without meaning
 * @param within how long all of it may take
 */
record Hold(
        String name,
        Optional<Kind> kind,
        Action action,
        Optional<Duration> grace,
        Optional<String> signal,
        Duration within) {

    boolean mayBe(Kind other) {
        return kind.isEmpty() || kind.get() == other;
    }
}
