package io.doksnap.snapshot;

import io.doksnap.snapshot.RetentionPlan.Candidate;
import io.doksnap.snapshot.RetentionPlan.Decision;
import java.time.ZoneId;
import java.util.List;
import java.util.stream.Collectors;

/** A plan as lines of text. */
final class RetentionText {
    private RetentionText() {}

    static List<String> lines(RetentionPlan plan, ZoneId zone) {
        return plan.decisions().stream().map(decision -> line(decision, zone)).toList();
    }

    private static String line(Decision decision, ZoneId zone) {
        String name = decision.candidate() instanceof Candidate.Counted counted
                ? counted.started().atZone(zone).toLocalDateTime().toString()
                : decision.candidate().place().name();
        return (decision.kept() ? "keep " : "remove ") + name + " "
                + decision.reasons().stream()
                        .map(RetentionReason::toString)
                        .collect(Collectors.joining(decision.kept() ? ", " : "; "));
    }
}
