package io.doksnap.snapshot;

import io.doksnap.snapshot.RetentionPlan.Candidate;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.temporal.WeekFields;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/** The definition of retention, word for word and one snapshot at a time, however slow. */
final class RetentionOracle {
    private final List<Candidate.Counted> all;
    private final List<Candidate.Counted> counted;
    private final RetentionRules rules;
    private final Instant now;

    RetentionOracle(List<Candidate> candidates, RetentionRules rules, Instant now) {
        this.all = candidates.stream().map(Candidate.Counted.class::cast).toList();
        this.counted = all.stream()
                .filter(candidate -> !candidate.started().isAfter(now))
                .toList();
        this.rules = rules;
        this.now = now;
    }

    boolean keeps(Candidate.Counted candidate) {
        return rules.keepAll()
                || candidate.started().isAfter(now)
                || isLast(candidate)
                || isOneADay(candidate)
                || isNewestOfOne(
                        candidate, RetentionOracle::week, rules.counts().weekly())
                || isNewestOfOne(
                        candidate, RetentionOracle::month, rules.counts().monthly())
                || isNewestOfOne(
                        candidate, ZonedDateTime::getYear, rules.counts().yearly())
                || isNewestGood(candidate);
    }

    private boolean isLast(Candidate.Counted candidate) {
        return counted.stream().filter(isNewerThan(candidate)).count()
                < rules.counts().keepLast().orElse(0);
    }

    private boolean isOneADay(Candidate.Counted candidate) {
        Optional<Instant> oldestOfTheLast = counted.stream()
                .filter(this::isLast)
                .map(Candidate.Counted::started)
                .min(Instant::compareTo);
        int before = oldestOfTheLast.map(oldest -> day(local(oldest))).orElse(Integer.MAX_VALUE);
        int day = day(local(candidate.started()));
        return day < before
                && isNewestOfItsKind(candidate, RetentionOracle::day)
                && counted.stream()
                                .mapToInt(other -> day(local(other.started())))
                                .filter(other -> other > day && other < before)
                                .distinct()
                                .count()
                        < rules.counts().daily().orElse(0);
    }

    private boolean isNewestOfOne(Candidate.Counted candidate, ToIntFunction<ZonedDateTime> kind, OptionalInt count) {
        int period = kind.applyAsInt(local(candidate.started()));
        int underWay = kind.applyAsInt(local(now));
        boolean among = period == underWay
                || counted.stream()
                                .mapToInt(other -> kind.applyAsInt(local(other.started())))
                                .filter(other -> other > period && other != underWay)
                                .distinct()
                                .count()
                        < count.orElse(0);
        return count.isPresent() && among && isNewestOfItsKind(candidate, kind);
    }

    private boolean isNewestOfItsKind(Candidate.Counted candidate, ToIntFunction<ZonedDateTime> kind) {
        int period = kind.applyAsInt(local(candidate.started()));
        return counted.stream()
                .filter(other -> kind.applyAsInt(local(other.started())) == period)
                .noneMatch(isNewerThan(candidate));
    }

    private boolean isNewestGood(Candidate.Counted candidate) {
        return candidate.goodSources().stream()
                .anyMatch(source -> all.stream()
                        .filter(other -> other.goodSources().contains(source))
                        .noneMatch(isBetterThan(candidate)));
    }

    /** Ours is better than one of the original, then the newer one than the older one. */
    private static Predicate<Candidate.Counted> isBetterThan(Candidate.Counted candidate) {
        boolean original = candidate instanceof Candidate.Original;
        return other -> other instanceof Candidate.Original == original
                ? other.started().isAfter(candidate.started())
                : original;
    }

    private static Predicate<Candidate.Counted> isNewerThan(Candidate.Counted candidate) {
        return other -> other.started().isAfter(candidate.started());
    }

    private ZonedDateTime local(Instant time) {
        return time.atZone(rules.zone());
    }

    private static int day(ZonedDateTime time) {
        return (int) time.toLocalDate().toEpochDay();
    }

    private static int week(ZonedDateTime time) {
        return time.get(WeekFields.ISO.weekBasedYear()) * 100 + time.get(WeekFields.ISO.weekOfWeekBasedYear());
    }

    private static int month(ZonedDateTime time) {
        return time.getYear() * 100 + time.getMonthValue();
    }
}
