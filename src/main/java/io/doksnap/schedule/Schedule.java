package io.doksnap.schedule;

import java.time.Duration;
import java.util.Optional;

/**
 * When something runs by itself.
 *
 * @param cron the nominal times
 * @param delay how much later than its nominal time a run starts, always the same; not negative
 * @param catchUp what becomes of runs that were missed
 * @param startingDeadline how much later than that a run may still start; empty: however late
 */
public record Schedule(CronSchedule cron, Duration delay, CatchUp catchUp, Optional<Duration> startingDeadline) {

    /** A schedule that is on time, and makes up for what it missed, however late. */
    public static Schedule of(CronSchedule cron) {
        return new Schedule(cron, Duration.ZERO, CatchUp.ONCE, Optional.empty());
    }
}
