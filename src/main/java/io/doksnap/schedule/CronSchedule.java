package io.doksnap.schedule;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.util.Optional;

/**
 * A cron expression in a time zone: the instants at which something is due. Immutable.
 *
 * <p>What happens where the clocks change depends on what the expression means. One that leaves out hours names a time
 * of day: a time that the clocks skip is due at the end of the gap, and a time that they show twice is due the first
 * time only. One that fires in every hour counts elapsed time: it goes on through either change at its pace, without a
 * lost or a doubled hour. (Only a gap of less than an hour, as on Lord Howe, still moves what it skipped to its end.)
 */
public final class CronSchedule {
    private final String text;
    private final ZoneId zone;
    private final CronExpression expression;

    private CronSchedule(String text, ZoneId zone, CronExpression expression) {
        this.text = text;
        this.zone = zone;
        this.expression = expression;
    }

    /**
     * Reads five cron fields (minute, hour, day of the month, month, day of the week) or one of {@code @hourly},
     * {@code @daily}, {@code @daily-random}, {@code @midnight}, {@code @weekly}, {@code @monthly}, {@code @yearly}, {@code @annually}, with or
     * without the {@code @}. Where both days are restricted, either is enough, as in crontab(5).
     *
     * @param zone the zone whose wall clock the fields are read on
     * @throws InvalidCronException when a field is wrong, or no date ever matches
     */
    public static CronSchedule parse(String expression, ZoneId zone) throws InvalidCronException {
        return parse(expression, zone, "");
    }

    /**
     * Like {@link #parse(String, ZoneId)}, for somebody with a name: {@code @daily-random} is due once in each night, from
     * 0:30 to before 5:30, at a minute that is always the same for the same name.
     */
    public static CronSchedule parse(String expression, ZoneId zone, String name) throws InvalidCronException {
        return new CronSchedule(expression.strip(), zone, CronExpression.parse(expression, name));
    }

    /** The expression as it was written. */
    public String expression() {
        return text;
    }

    /** The zone in which its fields are read. */
    public ZoneId zone() {
        return zone;
    }

    /** The first instant strictly after the given one at which it is due; empty where there is none for ages. */
    public Optional<Instant> nextAfter(Instant instant) {
        return expression.everyHour() ? nextElapsed(instant) : nextTimeOfDay(instant);
    }

    private Optional<Instant> nextTimeOfDay(Instant after) {
        Optional<LocalDateTime> match = expression.nextAfter(LocalDateTime.ofInstant(after, zone));
        while (match.isPresent()) {
            Instant due = firstInstantOf(match.get());
            if (due.isAfter(after)) {
                return Optional.of(due);
            }
            match = expression.nextAfter(match.get());
        }
        return Optional.empty();
    }

    private Instant firstInstantOf(LocalDateTime time) {
        ZoneOffsetTransition change = zone.getRules().getTransition(time);
        if (change == null) {
            return time.toInstant(zone.getRules().getOffset(time));
        }
        return change.isGap() ? change.getInstant() : time.toInstant(change.getOffsetBefore());
    }

    /** Walks from one change of the clocks to the next: between two of them the offset is fixed, and a match is an instant. */
    private Optional<Instant> nextElapsed(Instant after) {
        Instant from = after;
        while (true) {
            ZoneOffset offset = zone.getRules().getOffset(from);
            LocalDateTime time = LocalDateTime.ofInstant(from, offset);
            boolean atChange = from.isAfter(after);
            Optional<LocalDateTime> match =
                    atChange && expression.matches(time) ? Optional.of(time) : expression.nextAfter(time);
            if (match.isEmpty()) {
                return Optional.empty();
            }
            Instant due = match.get().toInstant(offset);
            ZoneOffsetTransition change = zone.getRules().nextTransition(from);
            if (change == null || due.isBefore(change.getInstant())) {
                return Optional.of(due);
            }
            if (skipsPartOfAnHour(change) && match.get().isBefore(change.getDateTimeAfter())) {
                return Optional.of(change.getInstant());
            }
            from = change.getInstant();
        }
    }

    private static boolean skipsPartOfAnHour(ZoneOffsetTransition change) {
        return change.isGap() && change.getDuration().toSeconds() % 3600 != 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CronSchedule that
                && text.equals(that.text)
                && zone.equals(that.zone)
                && expression.text().equals(that.expression.text());
    }

    @Override
    public int hashCode() {
        return 31 * text.hashCode() + zone.hashCode();
    }

    /** The expression with its zone: {@code 0 2 * * * (Europe/Berlin)}. */
    @Override
    public String toString() {
        return text + " (" + (zone.normalized().equals(ZoneOffset.UTC) ? "UTC" : zone.getId()) + ")";
    }
}
