package io.doksnap.run;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What an engine was told to stop, and has not stopped when nobody waited for it any more. It does not forget that it was told: a container that hung in its disk ends once the
 * disk answers, and then nobody starts it. So its entry stays in the journal for a while.
 */
final class LateStops {
    /** How long an engine is taken to be about to do what it was told. */
    static final Duration WATCHED = Duration.ofMinutes(15);

    private final Clock clock;
    private final Pause pause;

    /** Since when this process has known of each, by a time that only ever grows. */
    private final Map<String, Duration> known = new ConcurrentHashMap<>();

    LateStops(Clock clock, Pause pause) {
        this.clock = clock;
        this.pause = pause;
    }

    /**
     * Whether what still runs may be about to stop. It is for as long as it is watched, whatever becomes of the clock meanwhile; one that an earlier process has left, from when that gave up, as
     * far as the clock tells.
     */
    boolean mayStillCome(JournalEntry entry) {
        Duration now = pause.uptime();
        known.values().removeIf(since -> now.minus(since).compareTo(WATCHED.multipliedBy(2)) > 0);
        Instant over = entry.at().plus(WATCHED);
        Duration since = known.computeIfAbsent(
                entry.id() + " " + entry.at(), fresh -> clock.instant().isBefore(over) ? now : now.minus(WATCHED));
        return now.minus(since).compareTo(WATCHED) < 0;
    }
}
