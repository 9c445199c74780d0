package io.doksnap.snapshot;

import io.doksnap.policy.Policy;
import io.doksnap.policy.Retention;
import io.doksnap.snapshot.RetentionPeriod.Unit;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * How much to keep, and where the days begin.
 *
 * @param counts none at all: everything is kept
 * @param zone whose calendar is meant by days, weeks, months and years
 */
public record RetentionRules(Retention counts, ZoneId zone) {

    /** Refuses a rule that keeps nothing: it would turn "keep everything" into "keep next to nothing". */
    public RetentionRules {
        Stream.of(counts.keepLast(), counts.daily(), counts.weekly(), counts.monthly(), counts.yearly())
                .flatMapToInt(OptionalInt::stream)
                .filter(count -> count < 1)
                .forEach(count -> {
                    throw new IllegalArgumentException("no rule can keep " + count + " snapshots: " + counts);
                });
    }

    /** The rules of a policy. */
    public static RetentionRules of(Policy policy) {
        return new RetentionRules(policy.retention(), policy.zone());
    }

    /** Whether everything is kept. */
    public boolean keepAll() {
        return counts.equals(Retention.KEEP_ALL);
    }

    OptionalInt count(Unit unit) {
        return switch (unit) {
            case DAY -> counts.daily();
            case WEEK -> counts.weekly();
            case MONTH -> counts.monthly();
            case YEAR -> counts.yearly();
        };
    }

    /** Such as {@code last 7, 7 days, 4 weeks}, or {@code everything}. */
    @Override
    public String toString() {
        List<String> parts = new ArrayList<>();
        counts.keepLast().ifPresent(count -> parts.add("last " + count));
        for (Unit unit : Unit.values()) {
            count(unit).ifPresent(count -> parts.add(unit.count(count)));
        }
        return parts.isEmpty() ? "everything" : String.join(", ", parts);
    }
}
