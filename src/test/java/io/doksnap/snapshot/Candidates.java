package io.doksnap.snapshot;

import io.doksnap.policy.Retention;
import io.doksnap.snapshot.RetentionPlan.Candidate;
import io.doksnap.snapshot.RetentionPlan.Decision;
import io.doksnap.store.StoredObject;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/** Makes snapshots out of the times at which they were taken, and rules out of numbers. */
final class Candidates {
    static final Identity SHOP = new Identity("host1", "default", "shop");

    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("uuuuMMdd_HHmmss").withZone(ZoneOffset.UTC);

    private Candidates() {}

    static Candidate.Known taken(Instant started, String... goodSources) {
        SnapshotFolder folder = SnapshotFolder.create(SHOP, started, "0000");
        return new Candidate.Known(
                folder, SHOP, started, 1000, goodSources.length == 0 ? Set.of("data") : Set.of(goodSources));
    }

    /** The same with damage in some of its sources. */
    static Candidate.Known damaged(Candidate.Known run, String... sources) {
        Set<String> good = new TreeSet<>(run.goodSources());
        good.removeAll(Set.of(sources));
        return new Candidate.Known(
                run.folder(), run.identity(), run.started(), run.storedBytes(), good, Set.of(sources));
    }

    static Candidate.Known taken(String localTime, ZoneId zone, String... goodSources) {
        return taken(LocalDateTime.parse(localTime).atZone(zone).toInstant(), goodSources);
    }

    /** An archive of the original program, of the shop. */
    static Candidate.Original original(Instant uploaded) {
        String name = STAMP.format(uploaded) + "Z_shop_20000101_000000.tar.gz.gpg";
        return new Candidate.Original(OriginalArchive.of(new StoredObject("backups/shop/" + name, 1000, uploaded))
                .orElseThrow());
    }

    /** Snapshots at the same local time of each day; in the gap of a clock change, behind it. */
    static List<Candidate> daily(String first, String last, ZoneId zone) {
        List<Candidate> all = new ArrayList<>();
        LocalDateTime end = LocalDateTime.parse(last);
        for (LocalDateTime time = LocalDateTime.parse(first); !time.isAfter(end); time = time.plusDays(1)) {
            all.add(taken(time.atZone(zone).toInstant()));
        }
        return all;
    }

    /** Snapshots at even distances, whatever the clocks do. */
    static List<Candidate> every(Duration step, String first, String last, ZoneId zone) {
        List<Candidate> all = new ArrayList<>();
        Instant end = LocalDateTime.parse(last).atZone(zone).toInstant();
        Instant start = LocalDateTime.parse(first).atZone(zone).toInstant();
        for (Instant time = start; !time.isAfter(end); time = time.plus(step)) {
            all.add(taken(time));
        }
        return all;
    }

    /** {@code 0} stands for a rule that is not set. */
    static RetentionRules rules(int last, int daily, int weekly, int monthly, int yearly, ZoneId zone) {
        return new RetentionRules(
                new Retention(count(last), count(daily), count(weekly), count(monthly), count(yearly)), zone);
    }

    private static OptionalInt count(int count) {
        return count == 0 ? OptionalInt.empty() : OptionalInt.of(count);
    }

    static Set<Instant> kept(RetentionPlan plan) {
        Set<Instant> kept = new TreeSet<>();
        for (Decision decision : plan.decisions()) {
            if (decision.kept() && decision.candidate() instanceof Candidate.Counted counted) {
                kept.add(counted.started());
            }
        }
        return kept;
    }

    static List<String> keptAt(RetentionPlan plan, ZoneId zone) {
        return kept(plan).stream()
                .map(time -> time.atZone(zone).toLocalDateTime().toString())
                .toList();
    }

    static Set<Instant> removed(RetentionPlan plan) {
        Set<Instant> removed = new TreeSet<>();
        plan.removed().forEach(candidate -> removed.add(candidate.started()));
        return removed;
    }

    /** What is left after the plan was carried out. */
    static List<Candidate> left(RetentionPlan plan) {
        List<Candidate> left = new ArrayList<>();
        plan.decisions().stream().filter(Decision::kept).forEach(decision -> left.add(decision.candidate()));
        return left;
    }
}
