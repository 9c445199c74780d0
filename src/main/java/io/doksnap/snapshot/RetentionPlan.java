package io.doksnap.snapshot;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

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
 *   <li>it is the newest good one of a source, also of one that the policy names no more, and nothing above keeps that source's newest good
 *       one; an archive of the original program stands for its app's source only where none of ours holds a good copy: nothing ever told
 *       whether it can be opened;
 *   <li>every copy of a source in ours is known to be damaged, and this is the newest of them;
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
        SnapshotPlace place();

        /** One that the rules count. */
        sealed interface Counted extends Candidate {

            /** Its time. */
            Instant started();

            /** Bytes in the store. */
            long storedBytes();

            /** The sources of which it holds a copy that is not known to be damaged. */
            Set<String> goodSources();
        }

        /**
         * One whose manifest can be read.
         *
         * @param damagedSources the sources of which it holds a copy that is known to be damaged
         */
        record Known(
                SnapshotFolder folder,
                Identity identity,
                Instant started,
                long storedBytes,
                Set<String> goodSources,
                Set<String> damagedSources)
                implements Counted {
            public Known {
                goodSources = Set.copyOf(goodSources);
                damagedSources = Set.copyOf(damagedSources);
            }

            /** One in which nothing is known to be damaged. */
            public Known(
                    SnapshotFolder folder, Identity identity, Instant started, long storedBytes, Set<String> sources) {
                this(folder, identity, started, storedBytes, sources, Set.of());
            }

            @Override
            public SnapshotPlace place() {
                return folder;
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
        record Unreadable(SnapshotFolder folder, String problem) implements Candidate {
            @Override
            public SnapshotPlace place() {
                return folder;
            }
        }

        /** One of the original program. */
        record Original(OriginalArchive archive) implements Counted {
            @Override
            public SnapshotPlace place() {
                return archive;
            }

            @Override
            public Instant started() {
                return archive.uploaded();
            }

            @Override
            public long storedBytes() {
                return archive.size();
            }

            /** An app had one source, which bears the app's name here, too. */
            @Override
            public Set<String> goodSources() {
                return archive.size() == 0 ? Set.of() : Set.of(archive.app());
            }
        }
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
        long identities =
                known(candidates).map(Candidate.Known::identity).distinct().count();
        long policies = candidates.stream()
                .map(candidate -> candidate.place().policy())
                .distinct()
                .count();
        if (identities > 1 || policies > 1) {
            throw new IllegalArgumentException("retention looks at one identity at a time");
        }
        return new RetentionPlanner(candidates, rules, now).plan();
    }

    /**
     * Makes the plan for as long as nobody has confirmed that archives of the original program may go. They all stay, and are not counted,
     * so they push out none of ours either; each says what would become of it otherwise.
     */
    public static RetentionPlan planUnconfirmed(Collection<Candidate> candidates, RetentionRules rules, Instant now) {
        List<Candidate> withoutOriginals = candidates.stream()
                .filter(candidate -> !(candidate instanceof Candidate.Original))
                .toList();
        Map<Candidate, Decision> ours = new HashMap<>();
        plan(withoutOriginals, rules, now).decisions().forEach(decision -> ours.put(decision.candidate(), decision));
        return new RetentionPlan(plan(candidates, rules, now).decisions().stream()
                .map(decision -> ours.getOrDefault(decision.candidate(), unconfirmed(decision)))
                .toList());
    }

    private static Decision unconfirmed(Decision decision) {
        return new Decision(
                decision.candidate(),
                true,
                List.of(new RetentionReason.Unconfirmed(!decision.kept(), decision.reasons())));
    }

    /** What goes, oldest first. */
    public List<Candidate.Counted> removed() {
        return decisions.stream()
                .filter(decision -> !decision.kept())
                .map(Decision::candidate)
                .filter(Candidate.Counted.class::isInstance)
                .map(Candidate.Counted.class::cast)
                .toList();
    }

    /** What would go if somebody had confirmed it, oldest first. */
    public List<OriginalArchive> held() {
        return decisions.stream()
                .filter(decision -> decision.reasons().stream()
                        .anyMatch(reason -> reason instanceof RetentionReason.Unconfirmed held && held.due()))
                .map(Decision::candidate)
                .filter(Candidate.Original.class::isInstance)
                .map(candidate -> ((Candidate.Original) candidate).archive())
                .toList();
    }

    private static Stream<Candidate.Known> known(Collection<Candidate> candidates) {
        return candidates.stream().filter(Candidate.Known.class::isInstance).map(Candidate.Known.class::cast);
    }
}
