package io.doksnap.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * When something runs by itself. Pure: what happened so far, and what time it is, come in as arguments, so that the answer
 * is the same after a restart as before.
 *
 * <p>A run has a nominal time, the one that its cron names, and starts a constant delay later. It is known by its nominal
 * time: whoever records that one before it starts the run never starts it twice, and never loses it either.
 *
 * @param cron the nominal times
 * @param delay how much later than its nominal time a run starts, always the same; not negative
 * @param catchUp what becomes of runs that were missed
 * @param startingDeadline how much later than that a run may still start; empty: however late, or ten minutes where missed
 *     runs are left out
 */
public record Schedule(CronSchedule cron, Duration delay, CatchUp catchUp, Optional<Duration> startingDeadline) {

    /** A run that starts later than this was missed, where nobody said another deadline: a busy program is not a missing one. */
    private static final Duration ON_TIME = Duration.ofMinutes(10);

    /** A clock that is set back by more than this had been wrong before: what was noted by it does not count. */
    private static final Duration MOST_CLOCK_CORRECTION = Duration.ofDays(1);

    /** A schedule that is on time, and makes up for what it missed, however late. */
    public static Schedule of(CronSchedule cron) {
        return new Schedule(cron, Duration.ZERO, CatchUp.ONCE, Optional.empty());
    }

    /** Whether a time that should be past can have been noted by a clock that was right: else it says nothing, and what hangs on it would wait for years. */
    public static boolean isBelievable(Instant noted, Instant now) {
        return !noted.isAfter(now.plus(MOST_CLOCK_CORRECTION));
    }

    /** The start of the first run that starts strictly after the given instant; empty where there is none for ages. */
    public Optional<Instant> nextStartAfter(Instant instant) {
        return cron.nextAfter(instant.minus(delay)).map(nominal -> nominal.plus(delay));
    }

    /**
     * What to do now. Several runs that were missed are made up for by one, which is the latest of them.
     *
     * @param since nominal times up to here are done with: the latest of the nominal time of the newest run, and of when the
     *     policy was created, resumed or given another schedule
     */
    public Due decide(Instant since, Instant now) {
        Instant settled = isBelievable(since, now) ? since : now;
        Instant latestNominal = now.minus(delay);
        Optional<Instant> first = cron.nextAfter(settled).filter(nominal -> !nominal.isAfter(latestNominal));
        Instant past = settled.isAfter(latestNominal) ? settled : latestNominal;
        Optional<Instant> next = cron.nextAfter(past).map(nominal -> nominal.plus(delay));
        if (first.isEmpty()) {
            return new Due.Later(next, Optional.empty());
        }
        Instant nominal = latest(first.get(), latestNominal);
        Optional<Instant> missed = first.filter(earlier -> earlier.isBefore(nominal));
        Duration late = Duration.between(nominal.plus(delay), now);
        return mayStart(late) ? new Due.Now(nominal, missed) : new Due.Later(next, first);
    }

    private boolean mayStart(Duration late) {
        return startingDeadline
                .or(() -> catchUp == CatchUp.NONE ? Optional.of(ON_TIME) : Optional.empty())
                .map(deadline -> late.compareTo(deadline) <= 0)
                .orElse(true);
    }

    /** The last nominal time up to the given one; by halves, since there can be a year of minutes in between. */
    private Instant latest(Instant first, Instant upTo) {
        Instant latest = first;
        Instant early = first;
        Instant end = upTo;
        while (early.isBefore(end)) {
            Instant middle = early.plus(Duration.between(early, end).dividedBy(2));
            Optional<Instant> found = cron.nextAfter(middle).filter(nominal -> !nominal.isAfter(upTo));
            if (found.isPresent()) {
                latest = found.get();
                early = found.get();
            } else {
                end = middle.equals(early) ? early : middle;
            }
        }
        return latest;
    }
}
