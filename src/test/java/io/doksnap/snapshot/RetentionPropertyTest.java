package io.doksnap.snapshot;

import static io.doksnap.snapshot.Candidates.kept;
import static io.doksnap.snapshot.Candidates.left;
import static io.doksnap.snapshot.Candidates.original;
import static io.doksnap.snapshot.Candidates.removed;
import static io.doksnap.snapshot.Candidates.taken;
import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.snapshot.RetentionPlan.Candidate;
import io.doksnap.snapshot.RetentionPlan.Decision;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every history and all rules, tried on many with fixed seeds. */
class RetentionPropertyTest {
    private static final List<ZoneId> ZONES = Stream.of(
                    "Europe/Berlin", "America/New_York", "America/Havana", "Pacific/Apia", "Australia/Lord_Howe", "UTC")
            .map(ZoneId::of)
            .toList();

    /** An app of the original has one source, of the app's name. */
    private static final List<String> SOURCES = List.of("shop", "db", "uploads");

    /** A history, rules, and a time that may lie before its end. */
    private record Case(long seed, List<Candidate> history, List<Integer> counts, ZoneId zone, Instant now) {
        RetentionRules rules() {
            return rulesOf(counts);
        }

        RetentionRules rulesOf(List<Integer> of) {
            return Candidates.rules(of.get(0), of.get(1), of.get(2), of.get(3), of.get(4), zone);
        }

        RetentionPlan plan() {
            return RetentionPlan.plan(history, rules(), now);
        }

        @Override
        public String toString() {
            return "seed " + seed + ", " + history.size() + " snapshots, " + rules() + ", " + zone + ", now " + now;
        }
    }

    static Stream<Case> cases() {
        return IntStream.range(0, 300).mapToObj(RetentionPropertyTest::randomCase);
    }

    private static Case randomCase(int seed) {
        Random random = new Random(seed);
        List<Candidate> history = new ArrayList<>();
        // From every few minutes to every few months.
        long step = Duration.ofMinutes(10).toSeconds() << random.nextInt(15);
        Instant time = Instant.parse("2021-12-20T00:00:00Z").plusSeconds(random.nextInt(40_000_000));
        int size = random.nextInt(150);
        // None, some among ours, or nothing else.
        double originals = List.of(0.0, 0.0, 0.3, 1.0).get(seed % 4);
        for (int i = 0; i < size; i++) {
            time = time.plusSeconds(1 + (long) (random.nextDouble() * 2 * step));
            if (random.nextInt(20) == 0) {
                time = time.plusSeconds(step * random.nextInt(30));
            }
            history.add(random.nextDouble() < originals ? original(time) : taken(time, sources(random)));
        }
        Instant now = random.nextInt(4) == 0
                ? time.minusSeconds(step * random.nextInt(10))
                : time.plusSeconds(step * random.nextInt(3));
        Collections.shuffle(history, random);
        List<Integer> counts = new ArrayList<>();
        for (int rule = 0; rule < 5; rule++) {
            counts.add(random.nextBoolean() ? random.nextInt(10) : 0);
        }
        return new Case(seed, history, counts, ZONES.get(random.nextInt(ZONES.size())), now);
    }

    private static String[] sources(Random random) {
        return SOURCES.stream()
                .filter(source -> source.equals("shop") ? random.nextInt(10) > 0 : random.nextInt(15) == 0)
                .toArray(String[]::new);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void keepsExactlyWhatTheDefinitionSays(Case given) {
        RetentionOracle oracle = new RetentionOracle(given.history(), given.rules(), given.now());

        for (Decision decision : given.plan().decisions()) {
            assertThat(decision.kept()).as("%s of %s", decision, given).isEqualTo(oracle.keeps((Candidate.Counted)
                    decision.candidate()));
            assertThat(decision.reasons()).isNotEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void decidesOnEachExactlyOnceWhateverTheOrder(Case given) {
        RetentionPlan plan = given.plan();

        assertThat(plan.decisions().stream().map(Decision::candidate))
                .containsExactlyInAnyOrderElementsOf(given.history());
        List<Candidate> turned = new ArrayList<>(given.history());
        Collections.reverse(turned);
        assertThat(RetentionPlan.plan(turned, given.rules(), given.now())).isEqualTo(plan);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void newestIsNeverRemoved(Case given) {
        given.history().stream()
                .map(candidate -> ((Candidate.Counted) candidate).started())
                .max(Instant::compareTo)
                .ifPresent(newest -> assertThat(kept(given.plan())).contains(newest));
        // Nor is the newest of those that are not from the future.
        given.history().stream()
                .map(candidate -> ((Candidate.Counted) candidate).started())
                .filter(started -> !started.isAfter(given.now()))
                .max(Instant::compareTo)
                .ifPresent(newest -> assertThat(kept(given.plan())).contains(newest));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void newestGoodCopyOfEverySourceStays(Case given) {
        List<Candidate> left = left(given.plan());

        for (String source : SOURCES) {
            List<Instant> newest = newestOf(source, ours(given.history()));
            assertThat(newestOf(source, ours(left))).isEqualTo(newest);
            if (newest.isEmpty()) {
                assertThat(newestOf(source, left)).isEqualTo(newestOf(source, given.history()));
            }
        }
    }

    private static List<Candidate> ours(List<Candidate> candidates) {
        return candidates.stream().filter(Candidate.Known.class::isInstance).toList();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void unconfirmedPlanKeepsEveryOriginalAndPushesOutNoneOfOurs(Case given) {
        RetentionPlan unconfirmed = RetentionPlan.planUnconfirmed(given.history(), given.rules(), given.now());
        RetentionPlan alone = RetentionPlan.plan(ours(given.history()), given.rules(), given.now());

        assertThat(unconfirmed.removed()).as("%s", given).isEqualTo(alone.removed());
        assertThat(given.plan().removed()).as("%s", given).containsAll(unconfirmed.removed());
        assertThat(unconfirmed.held())
                .as("%s", given)
                .isEqualTo(given.plan().removed().stream()
                        .filter(Candidate.Original.class::isInstance)
                        .map(candidate -> ((Candidate.Original) candidate).archive())
                        .toList());
        assertThat(unconfirmed.decisions()).hasSameSizeAs(given.history());
    }

    /** So whoever confirms late ends where he would have ended at once. */
    @ParameterizedTest
    @MethodSource("cases")
    void confirmationAfterAnUnconfirmedPruneLeadsToTheSameEnd(Case given) {
        RetentionPlan unconfirmed = RetentionPlan.planUnconfirmed(given.history(), given.rules(), given.now());

        RetentionPlan then = RetentionPlan.plan(left(unconfirmed), given.rules(), given.now());

        assertThat(kept(then)).as("%s", given).isEqualTo(kept(given.plan()));
    }

    private static List<Instant> newestOf(String source, List<Candidate> candidates) {
        return candidates.stream()
                .map(Candidate.Counted.class::cast)
                .filter(candidate -> candidate.goodSources().contains(source))
                .map(Candidate.Counted::started)
                .sorted(Collections.reverseOrder())
                .limit(1)
                .toList();
    }

    /** Not so for the first rule of all: without any, everything is kept. */
    @ParameterizedTest
    @MethodSource("cases")
    void furtherOrLargerRuleNeverRemovesMore(Case given) {
        if (given.rules().keepAll()) {
            assertThat(given.plan().removed()).isEmpty();
            return;
        }
        for (int rule = 0; rule < 5; rule++) {
            List<Integer> more = new ArrayList<>(given.counts());
            more.set(rule, more.get(rule) + 1 + new Random(given.seed()).nextInt(4));
            RetentionPlan plan = RetentionPlan.plan(given.history(), given.rulesOf(more), given.now());
            assertThat(removed(given.plan())).as("%s", given).containsAll(removed(plan));
        }
    }

    /** So a prune that was cut off, or kept from some by object lock, is finished by the next as if nothing had been. */
    @ParameterizedTest
    @MethodSource("cases")
    void planThatWasCarriedOutInPartLeadsToTheSameEnd(Case given) {
        RetentionPlan plan = given.plan();
        Random random = new Random(given.seed());
        for (double share : new double[] {0, 0.3, 0.7}) {
            List<Candidate> rest = left(plan);
            plan.removed().stream().filter(any -> random.nextDouble() < share).forEach(rest::add);

            RetentionPlan again = RetentionPlan.plan(rest, given.rules(), given.now());

            assertThat(kept(again)).as("%s", given).isEqualTo(kept(plan));
        }
    }

    /** So whatever a listing may lack, nothing goes that would have stayed. */
    @ParameterizedTest
    @MethodSource("cases")
    void snapshotThatIsMissingNeverMakesAnotherOneGo(Case given) {
        Random random = new Random(given.seed());
        List<Candidate> seen =
                given.history().stream().filter(any -> random.nextInt(3) > 0).toList();

        RetentionPlan plan = RetentionPlan.plan(seen, given.rules(), given.now());

        assertThat(removed(given.plan())).as("%s", given).containsAll(removed(plan));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void keepsNoMoreThanTheRulesAddUpTo(Case given) {
        if (given.rules().keepAll()) {
            return;
        }
        long future = given.history().stream()
                .filter(candidate -> ((Candidate.Counted) candidate).started().isAfter(given.now()))
                .count();
        int underWay = 3;
        int sources = 3;

        assertThat((long) kept(given.plan()).size())
                .isLessThanOrEqualTo(
                        given.counts().stream().mapToInt(Integer::intValue).sum() + underWay + sources + future);
    }

    @Test
    void casesAreOfAllKinds() {
        List<Case> all = cases().toList();

        assertThat(all.stream().filter(given -> given.plan().removed().size() > 50))
                .hasSizeGreaterThan(50);
        assertThat(all.stream().filter(given -> given.rules().keepAll())).isNotEmpty();
        assertThat(all.stream()
                        .filter(given -> given.plan().removed().stream()
                                        .map(Object::getClass)
                                        .distinct()
                                        .count()
                                == 2))
                .hasSizeGreaterThan(20);
        for (Class<?> type : List.of(
                RetentionReason.Last.class,
                RetentionReason.NewestOf.class,
                RetentionReason.NewestGood.class,
                RetentionReason.FromTheFuture.class)) {
            assertThat(all.stream()
                            .flatMap(given -> given.plan().decisions().stream())
                            .filter(decision ->
                                    type.isInstance(decision.reasons().get(0))))
                    .as("%s", type)
                    .hasSizeGreaterThan(20);
        }
    }
}
