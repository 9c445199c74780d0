package io.doksnap.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.api.Reason;
import io.doksnap.operator.TaskFacts.Stage;
import io.doksnap.operator.TaskFacts.Work;
import io.doksnap.policy.TimeWindow;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RunWindowTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final TaskDecision BEGIN = new TaskDecision.Start(1, false, false);

    private static TaskDecision hold(String window, ZoneId zone, TaskDecision decision, boolean scheduled, String now) {
        return hold(window, zone, decision, scheduled, now, new Work.Ready(1));
    }

    private static TaskDecision hold(
            String window, ZoneId zone, TaskDecision decision, boolean scheduled, String now, Work work) {
        TaskFacts facts = new TaskFacts(
                "uid",
                Instant.parse(now),
                Optional.empty(),
                false,
                false,
                Optional.empty(),
                Optional.empty(),
                false,
                0,
                Optional.empty(),
                scheduled,
                work,
                Stage.NONE);
        return new RunWindow(TimeWindow.parse(window).orElseThrow(), zone).hold(decision, facts, Instant.parse(now));
    }

    @Test
    void scheduledRunBeginsWithinItAndWaitsOutsideOfIt() {
        assertThat(hold("01:00-06:00", ZoneOffset.UTC, BEGIN, true, "2026-11-23T01:00:00Z"))
                .isEqualTo(BEGIN);
        assertThat(hold("01:00-06:00", ZoneOffset.UTC, BEGIN, true, "2026-11-23T06:00:00Z"))
                .isEqualTo(new TaskDecision.Wait(
                        Instant.parse("2026-11-24T01:00:00Z"),
                        Reason.QUEUED,
                        "waits for limits.window (01:00-06:00), which opens at 2026-11-24 01:00 UTC"));
        assertThat(hold("01:00-06:00", ZoneOffset.UTC, BEGIN, true, "2026-11-23T00:59:59Z"))
                .extracting(wait -> ((TaskDecision.Wait) wait).until())
                .isEqualTo(Instant.parse("2026-11-23T01:00:00Z"));
    }

    @Test
    void whatIsWrongWithLabelsWhileItIsClosedEndsNoRun() {
        TaskDecision refuse = new TaskDecision.Refuse(Reason.LABEL_CONFLICT, "they disagree");
        Work work = new Work.Unsettled(Reason.LABEL_CONFLICT, "they disagree", Instant.EPOCH);
        assertThat(hold("01:00-06:00", ZoneOffset.UTC, refuse, true, "2026-11-23T07:00:00Z", work))
                .isInstanceOf(TaskDecision.Wait.class);
        assertThat(hold("01:00-06:00", ZoneOffset.UTC, refuse, true, "2026-11-23T01:00:00Z", work))
                .isEqualTo(refuse);
        assertThat(hold("01:00-06:00", ZoneOffset.UTC, refuse, false, "2026-11-23T07:00:00Z", work))
                .isEqualTo(refuse);
        TaskDecision imported = new TaskDecision.Refuse(Reason.IMPORTED, "made elsewhere");
        assertThat(hold("01:00-06:00", ZoneOffset.UTC, imported, true, "2026-11-23T07:00:00Z"))
                .isEqualTo(imported);
    }

    @Test
    void windowAcrossMidnightIsOpenOnBothSidesOfIt() {
        assertThat(hold("22:00-04:00", ZoneOffset.UTC, BEGIN, true, "2026-11-23T23:00:00Z"))
                .isEqualTo(BEGIN);
        assertThat(hold("22:00-04:00", ZoneOffset.UTC, BEGIN, true, "2026-11-23T03:00:00Z"))
                .isEqualTo(BEGIN);
        assertThat(hold("22:00-04:00", ZoneOffset.UTC, BEGIN, true, "2026-11-23T12:00:00Z"))
                .extracting(wait -> ((TaskDecision.Wait) wait).until())
                .isEqualTo(Instant.parse("2026-11-23T22:00:00Z"));
    }

    @Test
    void timesAreThoseOfTheZoneAlsoWhereTheClocksChange() {
        // 02:30 is not there on that day: the window opens at 03:30 of the new time.
        assertThat(hold("02:30-06:00", BERLIN, BEGIN, true, "2025-03-30T00:00:00Z"))
                .isEqualTo(new TaskDecision.Wait(
                        Instant.parse("2025-03-30T01:30:00Z"),
                        Reason.QUEUED,
                        "waits for limits.window (02:30-06:00), which opens at 2025-03-30 03:30 Europe/Berlin"));
    }

    @Test
    void whatAPersonAskedForAndWhatHasBegunIsNeverHeldBack() {
        assertThat(hold("01:00-06:00", ZoneOffset.UTC, BEGIN, false, "2026-11-23T12:00:00Z"))
                .isEqualTo(BEGIN);
        TaskDecision retry = new TaskDecision.Start(2, true, false);
        assertThat(hold("01:00-06:00", ZoneOffset.UTC, retry, true, "2026-11-23T12:00:00Z"))
                .isEqualTo(retry);
        TaskDecision report = new TaskDecision.Report();
        assertThat(hold("01:00-06:00", ZoneOffset.UTC, report, true, "2026-11-23T12:00:00Z"))
                .isEqualTo(report);
    }
}
