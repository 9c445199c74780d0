package io.doksnap.snapshot;

import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Which snapshots of one identity in one destination stay, which go, and why each.
 *
 * <p>A pure function of the snapshots, the rules and the time. A snapshot stays if at least one of these holds:
 *
 * <ul>
 *   <li>it is among the {@code keepLast} newest;
 *   <li>it is the newest of one of the {@code daily} most recent days that have any, counted from the day before that of the oldest
 *       of those newest ones (of which the newest of the day is kept already); without {@code keepLast}, from the newest day on;
 *   <li>it is the newest of the week under way, or of one of the {@code weekly} most recent other weeks that have any; likewise
 *       {@code monthly} and {@code yearly};
 *   <li>it is the newest good one of a source, also of one that the policy names no more, and nothing above keeps that source's newest good one;
 *       where every copy of a source is known to be damaged, the newest of them stands in for it;
 *   <li>its manifest cannot be read, or it is dated in the future: these are not counted either;
 *   <li>there are no rules.
 * </ul>
 *
 * <p>Periods without a snapshot are not counted, so however long there are no backups, a destination is not emptied. Carrying out a
 * plan in part, in any order, and planning again at the same time leads to the same end.
 *
 * @param decisions one for each candidate, oldest first
 */
public record RetentionPlan(List<Decision> decisions) {
    public RetentionPlan {
        decisions = List.copyOf(decisions);
    }

    /** One snapshot as retention sees it. */
    public sealed interface Candidate {

        /** Where it lies. */
        SnapshotFolder folder();

        /**
         * One that can be read.
         *
         * @param goodSources the sources of which it holds a copy that is not known to be damaged
         * @param damagedSources the sources of which it holds one that is
         */
        record Known(
                SnapshotFolder folder,
                Identity identity,
                Instant started,
                long storedBytes,
                Set<String> goodSources,
                Set<String> damagedSources)
                implements Candidate {
            public Known {
                goodSources = Set.copyOf(goodSources);
                damagedSources = Set.copyOf(damagedSources);
            }

            /** One in which nothing is known to be damaged. */
            public Known(
                    SnapshotFolder folder, Identity identity, Instant started, long storedBytes, Set<String> sources) {
                this(folder, identity, started, storedBytes, sources, Set.of());
            }

            /** As its manifest says, but for what was found to be damaged. */
            static Known of(CatalogueEntry.Snapshot snapshot, Set<String> damaged) {
                Manifest manifest = snapshot.manifest();
                Set<String> good = new LinkedHashSet<>();
                Set<String> bad = new LinkedHashSet<>();
                manifest.sources().forEach(source -> (damaged.contains(source.name()) ? bad : good).add(source.name()));
                return new Known(
                        snapshot.folder(), manifest.identity(), manifest.started(), manifest.storedBytes(), good, bad);
            }
        }

        /** One of which nothing is known. */
        record Unreadable(SnapshotFolder folder, String problem) implements Candidate {}
    }

    /**
     * What becomes of one snapshot.
     *
     * @param reasons never empty
     */
    public record Decision(Candidate candidate, boolean kept, List<RetentionReason> reasons) {
        public Decision {
            reasons = List.copyOf(reasons);
        }
    }

    /**
     * Makes the plan.
     *
     * @param candidates all that lies in one destination, in any order; all of one identity
     * @throws IllegalArgumentException when there are several identities
     */
    public static RetentionPlan plan(Collection<Candidate> candidates, RetentionRules rules, Instant now) {
        if (known(candidates).stream().map(Candidate.Known::identity).distinct().count() > 1) {
            throw new IllegalArgumentException("retention looks at one identity at a time");
        }
        return new RetentionPlanner(candidates, rules, now).plan();
    }

    /** What goes, oldest first. */
    public List<Candidate.Known> removed() {
        return known(decisions.stream()
                .filter(decision -> !decision.kept())
                .map(Decision::candidate)
                .toList());
    }

    static List<Candidate.Known> known(Collection<Candidate> candidates) {
        return candidates.stream()
                .filter(Candidate.Known.class::isInstance)
                .map(Candidate.Known.class::cast)
                .toList();
    }
}
