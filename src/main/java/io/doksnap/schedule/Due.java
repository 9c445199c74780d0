package io.doksnap.schedule;

import java.time.Instant;
import java.util.Optional;

/** What a schedule says is to be done now. */
public sealed interface Due {

    /**
     * Run now.
     *
     * @param nominal the run's nominal time, by which it is known
     * @param missedSince the nominal time of the earliest run that this one makes up for; empty where none was missed
     */
    record Now(Instant nominal, Optional<Instant> missedSince) implements Due {}

    /**
     * Nothing is to be done yet.
     *
     * @param start when to start the next run; empty where there is none for ages
     * @param missedSince the nominal time of the earliest run that was missed and is too late to be made up for
     */
    record Later(Optional<Instant> start, Optional<Instant> missedSince) implements Due {}
}
