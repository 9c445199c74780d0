package io.doksnap.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** An operator that asks now and then, with times when it is down, tried over many schedules with fixed seeds. */
class SchedulePropertyTest {
    private static final List<String> EXPRESSIONS = List.of(
            "0 2 * * *", "30 2 * * *", "0 0 * * 0", "0 * * * *", "*/20 * * * *", "15 1,2,3 * * *", "@daily-random");

    private static final List<String> ZONES =
            List.of("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC", "America/Havana");

    /** Each starts a little before a change of the clocks somewhere. */
    private static final List<Instant> STARTS = List.of(
            Instant.parse("2025-03-27T12:00:00Z"),
            Instant.parse("2025-10-23T12:00:00Z"),
            Instant.parse("2025-03-07T12:00:00Z"),
            Instant.parse("2025-10-30T12:00:00Z"),
            Instant.parse("2025-04-03T12:00:00Z"));

    @RepeatedTest(2)
    void withoutDowntimeEveryNominalTimeRunsExactlyOnce(RepetitionInfo repetition) throws Exception {
        Random random = new Random(repetition.getCurrentRepetition());
        for (int i = 0; i < 12; i++) {
            Schedule schedule = schedule(random, Optional.empty());
            Instant start = STARTS.get(random.nextInt(STARTS.size()));
            Instant end = start.plus(Duration.ofDays(7));
            List<Instant> ran = new ArrayList<>();
            Instant since = start;
            for (Instant now = start; now.isBefore(end); now = now.plusSeconds(random.nextInt(900))) {
                if (schedule.decide(since, now) instanceof Due.Now due) {
                    assertThat(due.missedSince()).as("%s at %s", schedule, now).isEmpty();
                    ran.add(due.nominal());
                    since = due.nominal();
                }
            }
            List<Instant> expected =
                    nominalTimes(schedule, start, end.minus(schedule.delay()).minusSeconds(900));
            assertThat(ran).as("%s from %s", schedule, start).startsWith(expected.toArray(Instant[]::new));
            assertThat(ran).doesNotHaveDuplicates().isSorted();
        }
    }

    @RepeatedTest(2)
    void afterDowntimeOneRunMakesUpForAllAndNothingRunsTwice(RepetitionInfo repetition) throws Exception {
        Random random = new Random(repetition.getCurrentRepetition());
        for (int i = 0; i < 12; i++) {
            Schedule schedule = schedule(random, Optional.empty());
            Instant start = STARTS.get(random.nextInt(STARTS.size()));
            Instant since = start;
            Instant now = start;
            List<Instant> ran = new ArrayList<>();
            for (int step = 0; step < 40; step++) {
                now = now.plusSeconds(random.nextInt(random.nextBoolean() ? 300 : 200_000));
                List<Instant> passed = nominalTimes(schedule, since, now.minus(schedule.delay()));
                Due due = schedule.decide(since, now);
                if (passed.isEmpty()) {
                    assertThat(due).isInstanceOf(Due.Later.class);
                    assertThat(((Due.Later) due).start()).isEqualTo(nextStart(schedule, since, now));
                    continue;
                }
                Due.Now run = (Due.Now) due;
                assertThat(run.nominal()).as("%s at %s", schedule, now).isEqualTo(passed.get(passed.size() - 1));
                assertThat(run.missedSince())
                        .isEqualTo(passed.size() > 1 ? Optional.of(passed.get(0)) : Optional.empty());
                assertThat(schedule.decide(since, now)).as("asked again").isEqualTo(due);
                since = run.nominal();
                ran.add(since);
                assertThat(schedule.decide(since, now)).as("once noted").isInstanceOf(Due.Later.class);
            }
            assertThat(ran).doesNotHaveDuplicates().isSorted();
        }
    }

    @RepeatedTest(2)
    void noRunStartsBeforeItsTimeOrAfterItsDeadline(RepetitionInfo repetition) throws Exception {
        Random random = new Random(repetition.getCurrentRepetition());
        for (int i = 0; i < 100; i++) {
            Duration deadline = Duration.ofSeconds(1 + random.nextInt(100_000));
            Schedule schedule = schedule(random, Optional.of(deadline));
            Instant since = STARTS.get(random.nextInt(STARTS.size()));
            Instant now = since.plusSeconds(random.nextInt(1_000_000));
            if (schedule.decide(since, now) instanceof Due.Now due) {
                Instant start = due.nominal().plus(schedule.delay());
                assertThat(now).isBetween(start, start.plus(deadline));
                assertThat(due.nominal()).isAfter(since);
            }
        }
    }

    private static Optional<Instant> nextStart(Schedule schedule, Instant since, Instant now) {
        Instant nominal = now.minus(schedule.delay());
        return schedule.cron()
                .nextAfter(nominal.isAfter(since) ? nominal : since)
                .map(next -> next.plus(schedule.delay()));
    }

    private static List<Instant> nominalTimes(Schedule schedule, Instant after, Instant upTo) {
        List<Instant> times = new ArrayList<>();
        Optional<Instant> next = schedule.cron().nextAfter(after);
        while (next.isPresent() && !next.get().isAfter(upTo)) {
            times.add(next.get());
            next = schedule.cron().nextAfter(next.get());
        }
        return times;
    }

    private static Schedule schedule(Random random, Optional<Duration> deadline) throws InvalidCronException {
        String name = "default/app-" + random.nextInt(1000);
        CronSchedule cron = CronSchedule.parse(
                EXPRESSIONS.get(random.nextInt(EXPRESSIONS.size())),
                ZoneId.of(ZONES.get(random.nextInt(ZONES.size()))),
                name);
        Duration delay = Spread.delay(name, Duration.ofMinutes(random.nextInt(60)));
        return new Schedule(cron, delay, CatchUp.ONCE, deadline);
    }
}
