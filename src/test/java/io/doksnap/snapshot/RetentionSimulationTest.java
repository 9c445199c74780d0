package io.doksnap.snapshot;

import static io.doksnap.snapshot.Candidates.kept;
import static io.doksnap.snapshot.Candidates.rules;
import static io.doksnap.snapshot.Candidates.taken;
import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.snapshot.RetentionPlan.Candidate;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Years of runs, each followed by a prune. */
class RetentionSimulationTest {
    private static final LocalDate FIRST = LocalDate.of(2026, 1, 5);

    @ParameterizedTest
    @CsvSource({
        "Europe/Berlin, 7, 7, 4, 12, 0",
        "Europe/Berlin, 0, 7, 4, 12, 3",
        "Europe/Berlin, 3, 0, 5, 0, 0",
        "America/New_York, 7, 7, 4, 12, 0",
        "America/New_York, 1, 30, 0, 24, 1"
    })
    void threeYearsOfDailyRunsEndAsIfAllHadBeenPrunedAtOnce(
            ZoneId zone, int last, int daily, int weekly, int monthly, int yearly) {
        // In Berlin and in New York there is no half past two on one day of each spring.
        List<Instant> runs = daily(zone, LocalTime.of(2, 30), 3 * 365 + 1);

        assertSameAsAtOnce(runs, rules(last, daily, weekly, monthly, yearly, zone));
    }

    @ParameterizedTest
    @CsvSource({"Europe/Berlin, 1", "Europe/Berlin, 2", "America/New_York, 3", "America/New_York, 4"})
    void threeYearsWithFailuresAndLongGapsEndAsIfAllHadBeenPrunedAtOnce(ZoneId zone, long seed) {
        Random random = new Random(seed);
        List<Instant> runs = new ArrayList<>();
        boolean works = true;
        for (Instant run : daily(zone, LocalTime.of(23, 45), 3 * 365 + 1)) {
            works = works ? random.nextInt(20) > 0 : random.nextInt(25) == 0;
            if (works && random.nextInt(5) > 0) {
                // Late, and sometimes so late that it is the next day.
                runs.add(run.plusSeconds(random.nextInt(7200)));
            }
        }

        assertThat(runs).hasSizeBetween(200, 900);
        assertSameAsAtOnce(runs, rules(5, 7, 4, 12, 2, zone));
        assertSameAsAtOnce(runs, rules(0, 3, 0, 6, 0, zone));
    }

    @ParameterizedTest
    @CsvSource({"Europe/Berlin", "America/New_York"})
    void yearOfHourlyRunsEndsAsIfAllHadBeenPrunedAtOnce(ZoneId zone) {
        List<Instant> runs = new ArrayList<>();
        Instant first = FIRST.atStartOfDay(zone).toInstant();
        for (int hour = 0; hour < 365 * 24; hour++) {
            runs.add(first.plus(Duration.ofHours(hour)));
        }

        assertSameAsAtOnce(runs, rules(24, 7, 4, 12, 0, zone));
    }

    /** Prunes after each run, and checks on the way that what was made last and what the rules promise is there. */
    private static void assertSameAsAtOnce(List<Instant> runs, RetentionRules rules) {
        List<Candidate> there = new ArrayList<>();
        for (Instant run : runs) {
            there.add(taken(run));
            RetentionPlan plan = RetentionPlan.plan(there, rules, run.plusSeconds(90));
            there = Candidates.left(plan);
            assertThat(kept(plan)).contains(run);
            // One run, one removal at most for each rule: nothing ever goes in heaps.
            assertThat(plan.removed().size()).isLessThanOrEqualTo(5);
        }
        List<Candidate> all = new ArrayList<>();
        runs.forEach(run -> all.add(taken(run)));
        Instant now = runs.get(runs.size() - 1).plusSeconds(90);

        RetentionPlan atOnce = RetentionPlan.plan(all, rules, now);

        assertThat(kept(RetentionPlan.plan(there, rules, now))).isEqualTo(kept(atOnce));
        assertThat(there).hasSameSizeAs(kept(atOnce));
        assertThat(atOnce.removed().size()).isGreaterThan(runs.size() / 2);
    }

    private static List<Instant> daily(ZoneId zone, LocalTime time, int days) {
        List<Instant> all = new ArrayList<>();
        for (int day = 0; day < days; day++) {
            all.add(ZonedDateTime.of(FIRST.plusDays(day), time, zone).toInstant());
        }
        return all;
    }
}
