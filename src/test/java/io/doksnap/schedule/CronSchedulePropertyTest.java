package io.doksnap.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for every expression and zone, tried on many with fixed seeds. */
class CronSchedulePropertyTest {
    private static final List<String> ZONES =
            List.of("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC", "Europe/Istanbul");

    private static final Instant START = Instant.parse("2014-01-01T00:00:00Z");
    private static final Instant END = Instant.parse("2028-01-01T00:00:00Z");

    @RepeatedTest(5)
    void nextIsStrictlyAfterAndTheSameFromEverywhereBefore(RepetitionInfo repetition) throws Exception {
        Random random = new Random(repetition.getCurrentRepetition());
        for (int i = 0; i < 200; i++) {
            CronSchedule schedule = CronSchedule.parse(expression(random), zone(random));
            Instant from = between(random, START, END);
            Optional<Instant> next = schedule.nextAfter(from);
            if (next.isEmpty()) {
                continue;
            }
            assertThat(next.get()).as("%s after %s", schedule, from).isAfter(from);
            Instant later = between(random, from, next.get());
            assertThat(schedule.nextAfter(later))
                    .as("%s after %s", schedule, later)
                    .isEqualTo(next);
            assertThat(schedule.nextAfter(next.get()).orElseThrow())
                    .as("%s after %s", schedule, next.get())
                    .isAfter(next.get());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Europe/Berlin",
                "America/New_York",
                "Australia/Lord_Howe",
                "UTC",
                "Europe/Istanbul",
                "Africa/Cairo",
                "America/Havana"
            })
    void dailyTimeFiresExactlyOnceInEachCalendarDay(String zone) throws Exception {
        for (String time : List.of("0 0", "30 0", "30 1", "45 1", "0 2", "30 2", "0 3", "30 23")) {
            CronSchedule schedule = CronSchedule.parse(time + " * * *", ZoneId.of(zone));
            LocalDate day = LocalDate.of(2021, 1, 1);
            Instant due = schedule.nextAfter(
                            day.atStartOfDay(schedule.zone()).toInstant().minusSeconds(1))
                    .orElseThrow();
            while (due.isBefore(END)) {
                assertThat(due.atZone(schedule.zone()).toLocalDate())
                        .as("%s", schedule)
                        .isEqualTo(day);
                day = day.plusDays(1);
                due = schedule.nextAfter(due).orElseThrow();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0 * * * *, Europe/Berlin, 60",
        "30 * * * *, Europe/Berlin, 60",
        "@hourly, America/New_York, 60",
        "17 * * * *, Europe/Istanbul, 60",
        "*/15 * * * *, Europe/Berlin, 15",
        "*/15 * * * *, Australia/Lord_Howe, 15",
        "*/30 * * * *, Australia/Lord_Howe, 30",
        "*/5 0-23 * * *, America/New_York, 5",
    })
    void countedMinutesKeepTheirPaceThroughEveryChangeOfTheClocks(String expression, String zone, int minutes)
            throws Exception {
        CronSchedule schedule = CronSchedule.parse(expression, ZoneId.of(zone));
        Instant due = schedule.nextAfter(Instant.parse("2024-12-31T23:59:59Z")).orElseThrow();
        while (due.isBefore(Instant.parse("2026-01-31T00:00:00Z"))) {
            Instant next = schedule.nextAfter(due).orElseThrow();
            assertThat(Duration.between(due, next)).as("after %s", due).isEqualTo(Duration.ofMinutes(minutes));
            due = next;
        }
    }

    @Test
    void withoutClockChangesItFiresExactlyWhereAllFieldsMatch() throws Exception {
        Random random = new Random(42);
        for (int i = 0; i < 2000; i++) {
            String expression = expression(random);
            LocalDateTime from = LocalDateTime.ofInstant(between(random, START, END), ZoneOffset.UTC);
            Optional<Instant> expected = firstMatchAfter(expression, from);
            assertThat(CronSchedule.parse(expression, ZoneOffset.UTC).nextAfter(from.toInstant(ZoneOffset.UTC)))
                    .as("%s after %s", expression, from)
                    .isEqualTo(expected);
        }
    }

    /** The definition, day by day and minute by minute, of crontab(5). */
    private static Optional<Instant> firstMatchAfter(String expression, LocalDateTime after) {
        String[] fields = expression.split(" ", -1);
        BitSet minutes = values(fields[0], 0, 59);
        BitSet hours = values(fields[1], 0, 23);
        BitSet days = values(fields[2], 1, 31);
        BitSet months = values(fields[3], 1, 12);
        BitSet weekdays = values(fields[4], 0, 7);
        boolean eitherIsEnough = !fields[2].equals("*") && !fields[4].equals("*");
        for (LocalDate date = after.toLocalDate(); date.getYear() < 2060; date = date.plusDays(1)) {
            boolean day = days.get(date.getDayOfMonth());
            int weekday = date.getDayOfWeek().getValue();
            boolean named = weekdays.get(weekday % 7) || weekdays.get(weekday);
            boolean due = eitherIsEnough ? (day || named) : (day && named);
            if (!due || !months.get(date.getMonthValue())) {
                continue;
            }
            for (int minute = 0; minute < 24 * 60; minute++) {
                LocalDateTime time = date.atTime(minute / 60, minute % 60);
                if (hours.get(minute / 60) && minutes.get(minute % 60) && time.isAfter(after)) {
                    return Optional.of(time.toInstant(ZoneOffset.UTC));
                }
            }
        }
        return Optional.empty();
    }

    private static BitSet values(String field, int lowest, int highest) {
        BitSet values = new BitSet();
        for (String item : field.split(",", -1)) {
            String[] parts = item.split("/", -1);
            String[] range = parts[0].equals("*") ? new String[] {"" + lowest, "" + highest} : parts[0].split("-", -1);
            int step = parts.length > 1 ? Integer.parseInt(parts[1]) : 1;
            int last = Integer.parseInt(range[range.length - 1]);
            for (int value = Integer.parseInt(range[0]); value <= last; value += step) {
                values.set(value);
            }
        }
        return values;
    }

    /** A random expression that fires: its days of the month exist in every month. */
    private static String expression(Random random) {
        return field(random, 0, 59)
                + " "
                + field(random, 0, 23)
                + " "
                + field(random, 1, 28)
                + " "
                + field(random, 1, 12)
                + " "
                + field(random, 0, 7);
    }

    private static String field(Random random, int lowest, int highest) {
        if (random.nextInt(3) == 0) {
            return "*";
        }
        StringBuilder field = new StringBuilder(item(random, lowest, highest));
        while (random.nextInt(3) == 0) {
            field.append(',').append(item(random, lowest, highest));
        }
        return field.toString();
    }

    /** Never a step of 1 over everything, which cron takes for {@code *}. */
    private static String item(Random random, int lowest, int highest) {
        int one = lowest + random.nextInt(highest - lowest + 1);
        int other = lowest + random.nextInt(highest - lowest + 1);
        String range = Math.min(one, other) + "-" + Math.max(one, other);
        return switch (random.nextInt(4)) {
            case 0 -> range;
            case 1 -> "*/" + (2 + random.nextInt(highest - lowest - 1));
            case 2 -> range + "/" + (1 + random.nextInt(5));
            default -> "" + one;
        };
    }

    private static ZoneId zone(Random random) {
        return ZoneId.of(ZONES.get(random.nextInt(ZONES.size())));
    }

    /** From the first, inclusive, to the second, exclusive. */
    private static Instant between(Random random, Instant from, Instant to) {
        long seconds = Duration.between(from, to).toSeconds();
        return seconds == 0 ? from : from.plusSeconds((long) (random.nextDouble() * seconds));
    }
}
