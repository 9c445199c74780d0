package io.doksnap.snapshot;

import static io.doksnap.snapshot.Candidates.daily;
import static io.doksnap.snapshot.Candidates.keptAt;
import static io.doksnap.snapshot.Candidates.original;
import static io.doksnap.snapshot.Candidates.rules;
import static io.doksnap.snapshot.Candidates.taken;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.doksnap.snapshot.RetentionPlan.Candidate;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Archives of the original program in the plans of retention. */
class RetentionOfOriginalsTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    @Test
    void archivesOfAnotherAppAreRefused() {
        Candidate other = new Candidate.Original(new OriginalArchive(
                "backups/other/20240101_020005Z_other_20240101_020000.tar.gz.gpg",
                "other",
                berlin("2024-01-01T03:00"),
                OriginalArchive.Method.GPG,
                1));

        assertThatThrownBy(() -> RetentionPlan.plan(
                        List.of(taken("2026-11-20T02:00", BERLIN), other),
                        rules(1, 0, 0, 0, 0, BERLIN),
                        berlin("2026-11-20T03:00")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void archiveOfTheOriginalCountsAsOneOfOurs() {
        List<Candidate> runs = new ArrayList<>(daily("2026-11-19T02:00", "2026-11-20T02:00", BERLIN));
        for (int day = 16; day <= 18; day++) {
            runs.add(original(berlin("2026-11-" + day + "T02:00")));
        }

        RetentionPlan plan = RetentionPlan.plan(runs, rules(3, 1, 0, 0, 0, BERLIN), berlin("2026-11-20T03:00"));

        assertThat(why(plan))
                .containsExactly(
                        "remove 2026-11-16T02:00 older than the last 3, 1 day",
                        "keep 2026-11-17T02:00 daily 2026-11-17",
                        "keep 2026-11-18T02:00 last 3",
                        "keep 2026-11-19T02:00 last 2",
                        "keep 2026-11-20T02:00 last 1");
    }

    /** Its app's source stands for it, until one of ours holds that. */
    @Test
    void newestArchiveOfTheOriginalStaysUntilOneOfOursHoldsItsSource() {
        List<Candidate> runs = new ArrayList<>();
        runs.add(original(berlin("2026-11-16T02:00")));
        runs.add(original(berlin("2026-11-17T02:00")));
        runs.add(taken("2026-11-19T02:00", BERLIN, "db"));
        Instant now = berlin("2026-11-20T03:00");

        assertThat(keptAt(RetentionPlan.plan(runs, rules(1, 0, 0, 0, 0, BERLIN), now), BERLIN))
                .containsExactly("2026-11-17T02:00", "2026-11-19T02:00");
        runs.add(taken("2026-11-20T02:00", BERLIN, "db", "shop"));
        assertThat(keptAt(RetentionPlan.plan(runs, rules(1, 0, 0, 0, 0, BERLIN), now), BERLIN))
                .containsExactly("2026-11-20T02:00");
    }

    /** Nothing ever told whether it can be opened. */
    @Test
    void newerArchiveOfTheOriginalNeverStandsInForTheLastGoodOneOfOurs() {
        List<Candidate> runs = List.of(
                taken("2026-11-18T02:00", BERLIN, "shop"),
                original(berlin("2026-11-19T02:00")),
                original(berlin("2026-11-20T02:00")));

        RetentionPlan plan = RetentionPlan.plan(runs, rules(1, 0, 0, 0, 0, BERLIN), berlin("2026-11-20T03:00"));

        assertThat(why(plan))
                .containsExactly(
                        "keep 2026-11-18T02:00 newest good snapshot of source shop",
                        "remove 2026-11-19T02:00 older than the last 1",
                        "keep 2026-11-20T02:00 last 1");
    }

    @Test
    void unconfirmedArchivesOfTheOriginalStayAndPushOutNothing() {
        List<Candidate> runs = List.of(
                original(berlin("2026-11-17T02:00")),
                taken("2026-11-18T02:00", BERLIN),
                taken("2026-11-19T02:00", BERLIN),
                taken("2026-11-20T02:00", BERLIN),
                original(berlin("2026-11-20T02:30")));

        RetentionPlan plan =
                RetentionPlan.planUnconfirmed(runs, rules(2, 0, 0, 0, 0, BERLIN), berlin("2026-11-20T03:00"));

        assertThat(why(plan))
                .containsExactly(
                        "keep 2026-11-17T02:00 of the original program, until confirmed: older than the last 2",
                        "remove 2026-11-18T02:00 older than the last 2",
                        "keep 2026-11-19T02:00 last 2",
                        "keep 2026-11-20T02:00 last 1",
                        "keep 2026-11-20T02:30 of the original program: last 1");
        assertThat(plan.held()).extracting(OriginalArchive::uploaded).containsExactly(berlin("2026-11-17T02:00"));
    }

    /** Nothing ever told whether that one can be opened. */
    @Test
    void archiveOfTheOriginalTakesNoPlaceOfOursThatAreAllDamaged() {
        List<Candidate> runs = new ArrayList<>(daily("2026-11-19T02:00", "2026-11-20T02:00", BERLIN));
        runs.add(Candidates.damaged(taken("2026-11-02T02:00", BERLIN, "shop"), "shop"));
        runs.add(original(berlin("2026-10-01T02:00")));

        RetentionPlan plan = RetentionPlan.plan(runs, rules(1, 0, 0, 0, 0, BERLIN), berlin("2026-11-20T03:00"));

        assertThat(keptAt(plan, BERLIN)).containsExactly("2026-10-01T02:00", "2026-11-02T02:00", "2026-11-20T02:00");
    }

    private static Instant berlin(String local) {
        return LocalDateTime.parse(local).atZone(BERLIN).toInstant();
    }

    private static List<String> why(RetentionPlan plan) {
        return RetentionText.lines(plan, BERLIN);
    }
}
