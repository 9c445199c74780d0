package io.doksnap.snapshot;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.temporal.IsoFields;
import java.time.temporal.TemporalAdjusters;
import java.util.Locale;

/**
 * One day, ISO week, month or year of the calendar, of which retention keeps the newest snapshot.
 *
 * @param first its first day
 */
public record RetentionPeriod(Unit unit, LocalDate first) {

    /** The period of a unit in which a day lies. */
    static RetentionPeriod of(Unit unit, LocalDate day) {
        return new RetentionPeriod(
                unit,
                switch (unit) {
                    case DAY -> day;
                    case WEEK -> day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
                    case MONTH -> day.withDayOfMonth(1);
                    case YEAR -> day.withDayOfYear(1);
                });
    }

    /** As people and ISO 8601 write it: {@code 2026-11-20}, {@code 2026-W47}, {@code 2026-11}, {@code 2026}. */
    @Override
    public String toString() {
        return switch (unit) {
            case DAY -> first.toString();
            // The year of a week is not always that of its Monday.
            case WEEK ->
                String.format(
                        Locale.ROOT,
                        "%d-W%02d",
                        first.get(IsoFields.WEEK_BASED_YEAR),
                        first.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
            case MONTH -> YearMonth.from(first).toString();
            case YEAR -> String.valueOf(first.getYear());
        };
    }

    /** The lengths of periods. */
    public enum Unit {
        /** A calendar day. */
        DAY("day", "daily"),
        /** A week of ISO 8601: Monday to Sunday. */
        WEEK("week", "weekly"),
        /** A calendar month. */
        MONTH("month", "monthly"),
        /** A calendar year. */
        YEAR("year", "yearly");

        private final String noun;
        private final String adverb;

        Unit(String noun, String adverb) {
            this.noun = noun;
            this.adverb = adverb;
        }

        /** Such as {@code 7 days}, or {@code 1 day}. */
        String count(int count) {
            return count + " " + noun + (count == 1 ? "" : "s");
        }

        /** The name of the rule: {@code daily}. */
        String rule() {
            return adverb;
        }
    }
}
