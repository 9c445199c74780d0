package io.doksnap.operator;

import io.doksnap.api.Reason;
import io.doksnap.policy.TimeWindow;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/**
 * When runs that a schedule makes may begin. What has begun goes on beyond it, with its retries, and what a person asks for is never held back. Pure.
 *
 * @param zone in which its times are meant
 */
record RunWindow(TimeWindow window, ZoneId zone) {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT);

    /** The same decision, or to wait with it. */
    TaskDecision hold(TaskDecision decision, TaskFacts facts, Instant now) {
        boolean begins =
                (decision instanceof TaskDecision.Start start && start.attempt() == 1) || wouldBegin(decision, facts);
        if (!begins || !facts.scheduled() || window.contains(now.atZone(zone).toLocalTime())) {
            return decision;
        }
        ZonedDateTime opens = opensAfter(now);
        return new TaskDecision.Wait(
                opens.toInstant(),
                Reason.QUEUED,
                "waits for limits.window (" + window + "), which opens at " + TIME.format(opens) + " "
                        + (zone.normalized().equals(ZoneOffset.UTC) ? "UTC" : zone));
    }

    /** What is wrong before the window opens may be right by then. */
    private static boolean wouldBegin(TaskDecision decision, TaskFacts facts) {
        return facts.work() instanceof TaskFacts.Work.Unsettled
                && facts.attempts() == 0
                && (decision instanceof TaskDecision.Wait || decision instanceof TaskDecision.Refuse);
    }

    private ZonedDateTime opensAfter(Instant now) {
        ZonedDateTime today = now.atZone(zone).truncatedTo(ChronoUnit.DAYS).with(window.from());
        return today.toInstant().isAfter(now)
                ? today
                : now.atZone(zone)
                        .toLocalDate()
                        .plusDays(1)
                        .atTime(window.from())
                        .atZone(zone);
    }
}
