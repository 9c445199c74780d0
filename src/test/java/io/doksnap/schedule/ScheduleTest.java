package io.doksnap.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ScheduleTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final Instant CREATED = Instant.parse("2025-01-01T12:00:00Z");

    @Test
    void nothingIsDueBeforeTheFirstTimeAfterCreation() throws Exception {
        assertThat(daily().decide(CREATED, Instant.parse("2025-01-02T00:59:59Z")))
                .isEqualTo(new Due.Later(Optional.of(Instant.parse("2025-01-02T01:00:00Z")), Optional.empty()));
    }

    @Test
    void runIsDueFromItsTimeOnAndDoneOnceItIsNoted() throws Exception {
        Instant nominal = Instant.parse("2025-01-02T01:00:00Z");
        assertThat(daily().decide(CREATED, nominal)).isEqualTo(new Due.Now(nominal, Optional.empty()));
        assertThat(daily().decide(CREATED, nominal.plusSeconds(299)))
                .as("asked again, as after a crash before it was noted")
                .isEqualTo(new Due.Now(nominal, Optional.empty()));
        assertThat(daily().decide(nominal, nominal.plusSeconds(300)))
                .isEqualTo(new Due.Later(Optional.of(Instant.parse("2025-01-03T01:00:00Z")), Optional.empty()));
    }

    @Test
    void severalMissedRunsAreMadeUpForByTheLatest() throws Exception {
        assertThat(daily().decide(CREATED, Instant.parse("2025-01-09T15:00:00Z")))
                .isEqualTo(new Due.Now(
                        Instant.parse("2025-01-09T01:00:00Z"), Optional.of(Instant.parse("2025-01-02T01:00:00Z"))));
    }

    @Test
    void withoutCatchUpAMissedRunIsLeftOutAndALateOneIsNot() throws Exception {
        Schedule schedule = new Schedule(cron("0 2 * * *"), Duration.ZERO, CatchUp.NONE, Optional.empty());
        Instant nominal = Instant.parse("2025-01-02T01:00:00Z");
        assertThat(schedule.decide(CREATED, nominal.plusSeconds(600)))
                .isEqualTo(new Due.Now(nominal, Optional.empty()));
        assertThat(schedule.decide(CREATED, nominal.plusSeconds(601)))
                .isEqualTo(new Due.Later(Optional.of(nominal.plusSeconds(86_400)), Optional.of(nominal)));
    }

    @Test
    void startingDeadlineDecidesWhatIsTooLate() throws Exception {
        Instant nominal = Instant.parse("2025-01-02T01:00:00Z");
        for (CatchUp catchUp : CatchUp.values()) {
            Schedule schedule =
                    new Schedule(cron("0 2 * * *"), Duration.ZERO, catchUp, Optional.of(Duration.ofHours(2)));
            assertThat(schedule.decide(CREATED, nominal.plusSeconds(7200)))
                    .isEqualTo(new Due.Now(nominal, Optional.empty()));
            assertThat(schedule.decide(CREATED, nominal.plusSeconds(7201))).isInstanceOf(Due.Later.class);
        }
    }

    @Test
    void delayMovesTheStartAndNotTheNominalTime() throws Exception {
        Schedule schedule = new Schedule(cron("0 2 * * *"), Duration.ofMinutes(7), CatchUp.ONCE, Optional.empty());
        Instant nominal = Instant.parse("2025-01-02T01:00:00Z");
        Instant start = nominal.plusSeconds(420);
        assertThat(schedule.nextStartAfter(CREATED)).contains(start);
        assertThat(schedule.nextStartAfter(start)).contains(start.plusSeconds(86_400));
        assertThat(schedule.decide(CREATED, start.minusSeconds(1)))
                .isEqualTo(new Due.Later(Optional.of(start), Optional.empty()));
        assertThat(schedule.decide(CREATED, start)).isEqualTo(new Due.Now(nominal, Optional.empty()));
        assertThat(schedule.decide(nominal, start))
                .isEqualTo(new Due.Later(Optional.of(start.plusSeconds(86_400)), Optional.empty()));
    }

    @Test
    void timeSkippedByTheClocksRunsOnceAndTheNextDayAsUsual() throws Exception {
        Schedule schedule = Schedule.of(cron("30 2 * * *"));
        Instant gapEnds = Instant.parse("2025-03-30T01:00:00Z");
        Instant since = Instant.parse("2025-03-29T01:30:00Z");
        assertThat(schedule.decide(since, gapEnds)).isEqualTo(new Due.Now(gapEnds, Optional.empty()));
        assertThat(schedule.decide(gapEnds, gapEnds))
                .isEqualTo(new Due.Later(Optional.of(Instant.parse("2025-03-31T00:30:00Z")), Optional.empty()));
    }

    @Test
    void timeShownTwiceByTheClocksRunsOnce() throws Exception {
        Schedule schedule = Schedule.of(cron("30 2 * * *"));
        Instant firstTime = Instant.parse("2025-10-26T00:30:00Z");
        assertThat(schedule.decide(CREATED, firstTime.plusSeconds(3600)))
                .isInstanceOfSatisfying(
                        Due.Now.class, now -> assertThat(now.nominal()).isEqualTo(firstTime));
        assertThat(schedule.decide(firstTime, firstTime.plusSeconds(3600)))
                .isEqualTo(new Due.Later(Optional.of(Instant.parse("2025-10-27T01:30:00Z")), Optional.empty()));
    }

    @Test
    void leapDayIsADayLikeAnyOther() throws Exception {
        assertThat(Schedule.of(cron("0 2 29 2 *")).nextStartAfter(CREATED))
                .contains(LocalDate.of(2028, 2, 29).atTime(2, 0).atZone(BERLIN).toInstant());
    }

    @Test
    void clockSetBackALittleDoesNotRunTwiceAndOneThatWasYearsAheadDoesNotStopRuns() throws Exception {
        Instant noted = Instant.parse("2025-01-02T01:00:00Z");
        assertThat(daily().decide(noted, noted.minusSeconds(3600)))
                .isEqualTo(new Due.Later(Optional.of(noted.plusSeconds(86_400)), Optional.empty()));
        assertThat(daily().decide(Instant.parse("2031-01-02T01:00:00Z"), noted.minusSeconds(3600)))
                .isEqualTo(new Due.Later(Optional.of(noted), Optional.empty()));
    }

    @Test
    void yearOfMissedMinutesIsDecidedAtOnce() throws Exception {
        Schedule schedule = Schedule.of(cron("* * * * *"));
        Instant now = Instant.parse("2026-01-01T12:00:30Z");
        assertThat(schedule.decide(CREATED, now))
                .isEqualTo(new Due.Now(now.minusSeconds(30), Optional.of(CREATED.plusSeconds(60))));
    }

    @Test
    void dailyRandomIsStableByNameSpreadOverTheNightAndKnownByItsMinute() throws Exception {
        Set<Instant> times = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            String name = "default/app-" + i;
            CronSchedule schedule = CronSchedule.parse("@daily-random", BERLIN, name);
            assertThat(schedule).isEqualTo(CronSchedule.parse("@daily-random", BERLIN, name));
            Instant next = schedule.nextAfter(CREATED).orElseThrow();
            assertThat(next).isBetween(Instant.parse("2025-01-01T23:30:00Z"), Instant.parse("2025-01-02T04:29:00Z"));
            times.add(next);
        }
        assertThat(times).hasSizeGreaterThan(270);
        assertThat(CronSchedule.parse("daily-random", BERLIN, "a"))
                .isNotEqualTo(CronSchedule.parse("daily-random", BERLIN, "b"));
    }

    @Test
    void delayIsStableByNameAndSpread() {
        Set<Duration> delays = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            Duration delay = Spread.delay("default/app-" + i, Duration.ofMinutes(10));
            assertThat(delay).isBetween(Duration.ZERO, Duration.ofSeconds(599));
            assertThat(delay).isEqualTo(Spread.delay("default/app-" + i, Duration.ofMinutes(10)));
            delays.add(delay);
        }
        assertThat(delays).hasSizeGreaterThan(400);
        assertThat(Spread.delay("default/shop", Duration.ZERO)).isZero();
        assertThat(Spread.delay("default/shop", Duration.ofHours(1)))
                .as("the same in every version of the program")
                .isEqualTo(Duration.ofSeconds(1708));
    }

    private static Schedule daily() throws InvalidCronException {
        return Schedule.of(cron("0 2 * * *"));
    }

    private static CronSchedule cron(String expression) throws InvalidCronException {
        return CronSchedule.parse(expression, BERLIN);
    }
}
