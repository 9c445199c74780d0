package io.doksnap.snapshot;

import io.doksnap.snapshot.RetentionPeriod.Unit;
import io.doksnap.snapshot.RetentionPlan.Candidate;
import io.doksnap.snapshot.RetentionPlan.Decision;
import io.doksnap.snapshot.RetentionReason.FromTheFuture;
import io.doksnap.snapshot.RetentionReason.Last;
import io.doksnap.snapshot.RetentionReason.NewestGood;
import io.doksnap.snapshot.RetentionReason.NewestOf;
import io.doksnap.snapshot.RetentionReason.NoRules;
import io.doksnap.snapshot.RetentionReason.NotNewestOf;
import io.doksnap.snapshot.RetentionReason.OlderThan;
import io.doksnap.snapshot.RetentionReason.OnlyDamaged;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Carries the rules out one after the other; each only ever adds to what is kept. */
final class RetentionPlanner {
    private static final Comparator<Candidate.Counted> NEWEST_FIRST = Comparator.comparing(Candidate.Counted::started)
            .thenComparing(candidate -> candidate.place().name())
            .reversed();

    private final Collection<Candidate> candidates;
    private final RetentionRules rules;
    private final Instant now;
    private final List<Candidate.Counted> all;
    private final List<Candidate.Counted> counted;
    private final Map<Unit, Map<RetentionPeriod, Candidate.Counted>> newest = new EnumMap<>(Unit.class);
    private final Map<Candidate, List<RetentionReason>> kept = new LinkedHashMap<>();

    RetentionPlanner(Collection<Candidate> candidates, RetentionRules rules, Instant now) {
        this.candidates = candidates;
        this.rules = rules;
        this.now = now;
        all = candidates.stream()
                .filter(Candidate.Counted.class::isInstance)
                .map(Candidate.Counted.class::cast)
                .sorted(NEWEST_FIRST)
                .toList();
        counted = all.stream()
                .filter(candidate -> !candidate.started().isAfter(now))
                .toList();
    }

    RetentionPlan plan() {
        if (rules.keepAll()) {
            all.forEach(candidate -> keep(candidate, new NoRules()));
        }
        all.stream()
                .filter(candidate -> candidate.started().isAfter(now))
                .forEach(candidate -> keep(candidate, new FromTheFuture()));
        keepLast();
        for (Unit unit : Unit.values()) {
            keepNewestOf(unit);
        }
        keepNewestGood();
        keepNewestOfWhatIsOnlyDamaged();
        return new RetentionPlan(decisions());
    }

    private void keep(Candidate candidate, RetentionReason reason) {
        kept.computeIfAbsent(candidate, any -> new ArrayList<>()).add(reason);
    }

    private List<Candidate.Counted> last() {
        return counted.subList(0, Math.min(rules.counts().keepLast().orElse(0), counted.size()));
    }

    private void keepLast() {
        List<Candidate.Counted> last = last();
        for (int i = 0; i < last.size(); i++) {
            keep(last.get(i), new Last(i + 1));
        }
    }

    private void keepNewestOf(Unit unit) {
        Map<RetentionPeriod, Candidate.Counted> newestOf = new LinkedHashMap<>();
        counted.forEach(candidate -> newestOf.putIfAbsent(period(unit, candidate.started()), candidate));
        newest.put(unit, newestOf);
        int left = rules.count(unit).orElse(0);
        for (Map.Entry<RetentionPeriod, Candidate.Counted> entry : newestOf.entrySet()) {
            RetentionPeriod period = entry.getKey();
            if (left > 0 && !isCoveredByLast(period)) {
                boolean underWay = unit != Unit.DAY && period.equals(period(unit, now));
                keep(entry.getValue(), new NewestOf(period, underWay));
                left -= underWay ? 0 : 1;
            }
        }
    }

    /** The days of the newest ones need no rule: the newest of each is among them. */
    private boolean isCoveredByLast(RetentionPeriod period) {
        List<Candidate.Counted> last = last();
        if (period.unit() != Unit.DAY || last.isEmpty()) {
            return false;
        }
        Instant oldest = last.get(last.size() - 1).started();
        return !period.first().isBefore(period(Unit.DAY, oldest).first());
    }

    private void keepNewestGood() {
        Set<String> sources = new TreeSet<>();
        all.forEach(candidate -> sources.addAll(candidate.goodSources()));
        for (String source : sources) {
            Optional<Candidate.Counted> good = all.stream()
                    .filter(candidate -> candidate.goodSources().contains(source))
                    // Stable, so each kind stays newest first.
                    .sorted(Comparator.comparing(Candidate.Original.class::isInstance))
                    .findFirst();
            good.filter(candidate -> !keptByRule(candidate))
                    .ifPresent(candidate -> keep(candidate, new NewestGood(source)));
        }
    }

    /** Part of a damaged archive can be saved, of one that is gone nothing. */
    private void keepNewestOfWhatIsOnlyDamaged() {
        List<Candidate.Known> ours = all.stream()
                .filter(Candidate.Known.class::isInstance)
                .map(Candidate.Known.class::cast)
                .toList();
        Map<String, Candidate.Known> newestDamaged = new TreeMap<>();
        ours.forEach(candidate ->
                candidate.damagedSources().forEach(source -> newestDamaged.putIfAbsent(source, candidate)));
        // Whether an archive of the original program can be opened, nothing ever told: it takes no place of ours.
        ours.forEach(candidate -> newestDamaged.keySet().removeAll(candidate.goodSources()));
        newestDamaged.forEach((source, candidate) -> {
            if (!keptByRule(candidate)) {
                keep(candidate, new OnlyDamaged(source));
            }
        });
    }

    private boolean keptByRule(Candidate candidate) {
        return kept.getOrDefault(candidate, List.of()).stream()
                .anyMatch(reason -> !(reason instanceof NewestGood || reason instanceof OnlyDamaged));
    }

    private RetentionPeriod period(Unit unit, Instant time) {
        return RetentionPeriod.of(unit, LocalDate.ofInstant(time, rules.zone()));
    }

    private List<Decision> decisions() {
        return candidates.stream()
                .sorted(Comparator.comparing(candidate -> candidate.place().name()))
                .map(this::decision)
                .toList();
    }

    private Decision decision(Candidate candidate) {
        if (candidate instanceof Candidate.Unreadable broken) {
            return new Decision(candidate, true, List.of(new RetentionReason.Unreadable(broken.problem())));
        }
        List<RetentionReason> reasons = kept.get(candidate);
        return reasons == null
                ? new Decision(candidate, false, missed((Candidate.Counted) candidate))
                : new Decision(candidate, true, reasons);
    }

    /** For each rule, why it does not keep the snapshot. */
    private List<RetentionReason> missed(Candidate.Counted candidate) {
        List<String> olderThan = new ArrayList<>();
        List<RetentionPeriod> notNewestOf = new ArrayList<>();
        rules.counts().keepLast().ifPresent(count -> olderThan.add("last " + count));
        for (Unit unit : Unit.values()) {
            OptionalInt count = rules.count(unit);
            RetentionPeriod period = period(unit, candidate.started());
            if (count.isPresent()
                    && candidate.equals(newest.getOrDefault(unit, Map.of()).get(period))) {
                olderThan.add(unit.count(count.getAsInt()));
            } else if (count.isPresent()) {
                notNewestOf.add(period);
            }
        }
        List<RetentionReason> reasons = new ArrayList<>();
        if (!olderThan.isEmpty()) {
            reasons.add(new OlderThan(olderThan));
        }
        if (!notNewestOf.isEmpty()) {
            reasons.add(new NotNewestOf(notNewestOf));
        }
        return reasons;
    }
}
