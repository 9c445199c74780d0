package io.doksnap.snapshot;

import static io.doksnap.snapshot.Candidates.daily;
import static io.doksnap.snapshot.Candidates.every;
import static io.doksnap.snapshot.Candidates.keptAt;
import static io.doksnap.snapshot.Candidates.rules;
import static io.doksnap.snapshot.Candidates.taken;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.doksnap.policy.Retention;
import io.doksnap.snapshot.RetentionPlan.Candidate;
import io.doksnap.snapshot.RetentionPlan.Decision;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RetentionPlanTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    /** Worked out by hand with a calendar. */
    @Test
    void exampleOfTheReadmeKeepsWhatItSays() {
        List<Candidate> runs = daily("2024-11-24T02:00", "2026-11-23T02:00", BERLIN);

        RetentionPlan plan = RetentionPlan.plan(runs, rules(7, 7, 4, 12, 0, BERLIN), berlin("2026-11-23T02:30"));

        assertThat(keptAt(plan, BERLIN))
                .containsExactly(
                        // Months 2 to 12, and the thirteenth, as the one under way is not counted.
                        "2025-11-30T02:00",
                        "2025-12-31T02:00",
                        "2026-01-31T02:00",
                        "2026-02-28T02:00",
                        "2026-03-31T02:00",
                        "2026-04-30T02:00",
                        "2026-05-31T02:00",
                        "2026-06-30T02:00",
                        "2026-07-31T02:00",
                        "2026-08-31T02:00",
                        "2026-09-30T02:00",
                        "2026-10-31T02:00",
                        // Weeks 3 and 4.
                        "2026-11-01T02:00",
                        "2026-11-08T02:00",
                        // Days 14 to 8.
                        "2026-11-10T02:00",
                        "2026-11-11T02:00",
                        "2026-11-12T02:00",
                        "2026-11-13T02:00",
                        "2026-11-14T02:00",
                        "2026-11-15T02:00",
                        "2026-11-16T02:00",
                        // The last 7.
                        "2026-11-17T02:00",
                        "2026-11-18T02:00",
                        "2026-11-19T02:00",
                        "2026-11-20T02:00",
                        "2026-11-21T02:00",
                        "2026-11-22T02:00",
                        "2026-11-23T02:00");
    }

    @Test
    void withoutRulesEverythingStays() {
        List<Candidate> runs = every(Duration.ofHours(1), "2026-01-01T00:00", "2026-03-01T00:00", BERLIN);

        RetentionPlan plan =
                RetentionPlan.plan(runs, new RetentionRules(Retention.KEEP_ALL, BERLIN), berlin("2040-01-01T00:00"));

        assertThat(plan.removed()).isEmpty();
        assertThat(why(plan).get(0)).isEqualTo("keep 2026-01-01T00:00 no retention is set");
    }

    @Test
    void withoutSnapshotsThereIsNothingToDecide() {
        assertThat(RetentionPlan.plan(List.of(), rules(1, 1, 1, 1, 1, BERLIN), Instant.EPOCH)
                        .decisions())
                .isEmpty();
    }

    @Test
    void daysCountFromTheNewestWhereNoneAreKeptLast() {
        List<Candidate> runs = every(Duration.ofHours(6), "2026-11-18T00:00", "2026-11-22T12:00", BERLIN);

        RetentionPlan plan = RetentionPlan.plan(runs, rules(0, 3, 0, 0, 0, BERLIN), berlin("2026-11-22T13:00"));

        assertThat(keptAt(plan, BERLIN)).containsExactly("2026-11-20T18:00", "2026-11-21T18:00", "2026-11-22T12:00");
    }

    @Test
    void daysCountFromBeforeTheDayOfTheOldestKeptLast() {
        List<Candidate> runs = every(Duration.ofHours(6), "2026-11-18T00:00", "2026-11-22T12:00", BERLIN);

        // The last 5 are 12, 6 and 0 o'clock, and 18 and 12 o'clock of the day before.
        RetentionPlan plan = RetentionPlan.plan(runs, rules(5, 2, 0, 0, 0, BERLIN), berlin("2026-11-22T13:00"));

        assertThat(keptAt(plan, BERLIN))
                .containsExactly(
                        "2026-11-19T18:00",
                        "2026-11-20T18:00",
                        "2026-11-21T12:00",
                        "2026-11-21T18:00",
                        "2026-11-22T00:00",
                        "2026-11-22T06:00",
                        "2026-11-22T12:00");
    }

    @Test
    void weekUnderWayComesOnTop() {
        List<Candidate> runs = daily("2026-10-01T02:00", "2026-11-24T02:00", BERLIN);

        RetentionPlan plan = RetentionPlan.plan(runs, rules(0, 0, 2, 0, 0, BERLIN), berlin("2026-11-24T03:00"));

        assertThat(why(plan.removed().size(), plan))
                .containsExactly(
                        "keep 2026-11-15T02:00 weekly 2026-W46",
                        "keep 2026-11-22T02:00 weekly 2026-W47",
                        "keep 2026-11-24T02:00 weekly 2026-W48 (under way)");
    }

    @Test
    void weekUnderWayWithoutSnapshotTakesNothingAway() {
        List<Candidate> runs = daily("2026-10-01T02:00", "2026-11-21T02:00", BERLIN);

        RetentionPlan plan = RetentionPlan.plan(runs, rules(0, 0, 2, 0, 0, BERLIN), berlin("2026-11-24T03:00"));

        assertThat(keptAt(plan, BERLIN)).containsExactly("2026-11-15T02:00", "2026-11-21T02:00");
    }

    @Test
    void newestGoodSnapshotOfASourceThatIsGoneStays() {
        List<Candidate> runs = new ArrayList<>(daily("2026-11-10T02:00", "2026-11-20T02:00", BERLIN));
        runs.add(taken("2026-11-02T02:00", BERLIN, "data", "db"));
        runs.add(taken("2026-11-04T02:00", BERLIN, "db", "uploads"));
        runs.add(taken("2026-11-03T02:00", BERLIN, "db"));

        RetentionPlan plan = RetentionPlan.plan(runs, rules(2, 0, 0, 0, 0, BERLIN), berlin("2026-11-20T03:00"));

        assertThat(keptAt(plan, BERLIN)).containsExactly("2026-11-04T02:00", "2026-11-19T02:00", "2026-11-20T02:00");
        assertThat(why(plan))
                .contains(
                        "keep 2026-11-04T02:00 newest good snapshot of source db, newest good snapshot of source uploads");
    }

    @Test
    void damagedSnapshotsDoNotPushOutTheLastGoodOne() {
        List<Candidate> runs = new ArrayList<>();
        runs.add(taken("2026-11-01T02:00", BERLIN, "data"));
        for (int day = 2; day <= 9; day++) {
            Candidate.Known run = taken("2026-11-0" + day + "T02:00", BERLIN);
            runs.add(new Candidate.Known(run.folder(), run.identity(), run.started(), 1000, Set.of()));
        }

        RetentionPlan plan = RetentionPlan.plan(runs, rules(1, 0, 0, 0, 0, BERLIN), berlin("2026-11-09T03:00"));

        assertThat(keptAt(plan, BERLIN)).containsExactly("2026-11-01T02:00", "2026-11-09T02:00");
    }

    @Test
    void whereEveryCopyIsDamagedTheNewestStaysUntilThereIsAGoodOne() {
        List<Candidate> runs = new ArrayList<>(daily("2026-11-19T02:00", "2026-11-20T02:00", BERLIN));
        runs.add(Candidates.damaged(taken("2026-11-01T02:00", BERLIN, "db"), "db"));
        runs.add(Candidates.damaged(taken("2026-11-02T02:00", BERLIN, "db"), "db"));

        RetentionPlan lost = RetentionPlan.plan(runs, rules(1, 0, 0, 0, 0, BERLIN), berlin("2026-11-20T03:00"));
        runs.add(taken("2026-10-01T02:00", BERLIN, "db"));
        RetentionPlan found = RetentionPlan.plan(runs, rules(1, 0, 0, 0, 0, BERLIN), berlin("2026-11-20T03:00"));

        assertThat(keptAt(lost, BERLIN)).containsExactly("2026-11-02T02:00", "2026-11-20T02:00");
        assertThat(keptAt(found, BERLIN)).containsExactly("2026-10-01T02:00", "2026-11-20T02:00");
    }

    @Test
    void unreadableOnesAreKeptAndNotCounted() {
        List<Candidate> runs = new ArrayList<>(daily("2026-11-18T02:00", "2026-11-20T02:00", BERLIN));
        SnapshotFolder broken = new SnapshotFolder("shop", "host1", "20261120_010001_0000");
        runs.add(new Candidate.Unreadable(broken, "its manifest cannot be used"));

        RetentionPlan plan = RetentionPlan.plan(runs, rules(1, 1, 0, 0, 0, BERLIN), berlin("2026-11-20T03:00"));

        assertThat(why(plan))
                .containsExactly(
                        "remove 2026-11-18T02:00 older than the last 1, 1 day",
                        "keep 2026-11-19T02:00 daily 2026-11-19",
                        "keep 2026-11-20T02:00 last 1",
                        "keep 20261120_010001_0000 UNREADABLE: its manifest cannot be used");
    }

    /** A clock that was wrong for a night must not make every later backup the oldest of all. */
    @Test
    void snapshotsFromTheFutureAreKeptAndNotCounted() {
        List<Candidate> runs = daily("2026-11-18T02:00", "2026-11-20T02:00", BERLIN);
        runs.addAll(daily("2031-01-01T02:00", "2031-01-08T02:00", BERLIN));

        RetentionPlan plan = RetentionPlan.plan(runs, rules(2, 0, 1, 0, 1, BERLIN), berlin("2026-11-20T03:00"));

        assertThat(plan.removed()).extracting(Candidate.Counted::started).containsExactly(berlin("2026-11-18T02:00"));
        assertThat(why(plan)).contains("keep 2031-01-08T02:00 dated in the future, so it is not counted");
    }

    @Test
    void snapshotOfThisVeryInstantIsNoneOfTheFuture() {
        RetentionPlan plan = RetentionPlan.plan(
                List.of(taken("2026-11-20T02:00", BERLIN)), rules(1, 0, 0, 0, 0, BERLIN), berlin("2026-11-20T02:00"));

        assertThat(why(plan)).containsExactly("keep 2026-11-20T02:00 last 1");
    }

    @Test
    void allReasonsAreGiven() {
        List<Candidate> runs = every(Duration.ofHours(12), "2026-10-30T02:00", "2026-11-02T14:00", BERLIN);

        RetentionPlan plan = RetentionPlan.plan(runs, rules(2, 1, 1, 1, 1, BERLIN), berlin("2026-11-02T15:00"));

        assertThat(why(plan))
                .containsExactly(
                        "remove 2026-10-30T02:00 older than the last 2; not the newest of 2026-10-30, 2026-W44, 2026-10, 2026",
                        "remove 2026-10-30T14:00 older than the last 2, 1 day; not the newest of 2026-W44, 2026-10, 2026",
                        "remove 2026-10-31T02:00 older than the last 2; not the newest of 2026-10-31, 2026-W44, 2026-10, 2026",
                        "keep 2026-10-31T14:00 monthly 2026-10",
                        "remove 2026-11-01T02:00 older than the last 2; not the newest of 2026-11-01, 2026-W44, 2026-11, 2026",
                        "keep 2026-11-01T14:00 daily 2026-11-01, weekly 2026-W44",
                        "keep 2026-11-02T02:00 last 2",
                        "keep 2026-11-02T14:00 last 1, weekly 2026-W45 (under way), monthly 2026-11 (under way),"
                                + " yearly 2026 (under way)");
    }

    @Test
    void dayBeginsWhereTheZoneSaysSo() {
        // Half past eleven in the evening in New York, and already the next day in Berlin.
        List<Candidate> runs = List.of(
                taken(Instant.parse("2026-07-01T03:30:00Z")),
                taken(Instant.parse("2026-07-01T12:00:00Z")),
                taken(Instant.parse("2026-07-02T12:00:00Z")));
        Instant now = Instant.parse("2026-07-02T13:00:00Z");

        assertThat(RetentionPlan.plan(runs, rules(0, 3, 0, 0, 0, ZoneId.of("America/New_York")), now)
                        .removed())
                .isEmpty();
        assertThat(RetentionPlan.plan(runs, rules(0, 3, 0, 0, 0, BERLIN), now).removed())
                .containsExactly((Candidate.Known) runs.get(0));
    }

    @Test
    void sameInstantIsOrderedByItsId() {
        Instant time = berlin("2026-11-20T02:00");
        Candidate.Known one = taken(time);
        SnapshotFolder later = SnapshotFolder.create(Candidates.SHOP, time, "0001");
        Candidate.Known other = new Candidate.Known(later, Candidates.SHOP, time, 1000, Set.of("data"));

        RetentionRules rules = rules(1, 1, 0, 0, 0, BERLIN);
        assertThat(RetentionPlan.plan(List.of(one, other), rules, time).removed())
                .containsExactly(one);
        assertThat(RetentionPlan.plan(List.of(other, one), rules, time).removed())
                .containsExactly(one);
    }

    @Test
    void tenYearsWithoutBackupsDoNotEmptyADestination() {
        List<Candidate> runs = daily("2024-11-24T02:00", "2026-11-23T02:00", BERLIN);

        RetentionPlan plan = RetentionPlan.plan(runs, rules(7, 7, 4, 12, 0, BERLIN), berlin("2036-11-23T02:30"));

        // As on the day of the last run, but that neither a week nor a month is under way and so comes on top.
        assertThat(plan.decisions().stream().filter(Decision::kept)).hasSize(26);
    }

    @Test
    void snapshotsOfTwoIdentitiesAreRefused() {
        Candidate.Known ours = taken("2026-11-20T02:00", BERLIN);
        Candidate.Known foreign = new Candidate.Known(
                ours.folder(), new Identity("host2", "default", "shop"), ours.started(), 1000, Set.of());

        assertThatThrownBy(() -> RetentionPlan.plan(
                        List.of(ours, foreign), rules(1, 0, 0, 0, 0, BERLIN), berlin("2026-11-20T03:00")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void ruleThatWouldKeepNothingIsRefused() {
        Retention none = new Retention(
                OptionalInt.of(0), OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty());

        assertThatThrownBy(() -> new RetentionRules(none, ZoneOffset.UTC)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void nameOfASourceWritesNothingOnTheTerminal() {
        assertThat(new RetentionReason.NewestGood("a\u001b[2Jb\nc"))
                .hasToString("newest good snapshot of source a?[2Jb?c");
    }

    @Test
    void rulesReadAsAPersonWouldSayThem() {
        assertThat(rules(7, 1, 4, 12, 2, BERLIN)).hasToString("last 7, 1 day, 4 weeks, 12 months, 2 years");
        assertThat(new RetentionRules(Retention.KEEP_ALL, BERLIN)).hasToString("everything");
    }

    private static Instant berlin(String local) {
        return LocalDateTime.parse(local).atZone(BERLIN).toInstant();
    }

    private static List<String> why(RetentionPlan plan) {
        return RetentionText.lines(plan, BERLIN);
    }

    /** Without the removed ones, of which there must be so many. */
    private static List<String> why(int removed, RetentionPlan plan) {
        List<String> kept =
                why(plan).stream().filter(line -> line.startsWith("keep")).toList();
        assertThat(kept).hasSize(plan.decisions().size() - removed);
        return kept;
    }
}
