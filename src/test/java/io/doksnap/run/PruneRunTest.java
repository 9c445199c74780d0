package io.doksnap.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.doksnap.api.Reason;
import io.doksnap.policy.Retention;
import io.doksnap.run.PruneOutcome.PruneWork;
import io.doksnap.snapshot.Identity;
import io.doksnap.snapshot.RetentionRules;
import io.doksnap.snapshot.SnapshotFolder;
import io.doksnap.store.ObjectStores;
import io.doksnap.store.StoreException.Kind;
import io.doksnap.testing.StubbornStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PruneRunTest {
    private static final Identity SHOP = new Identity("host1", "default", "shop");
    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
    private static final RetentionRules KEEP_TWO = new RetentionRules(
            new Retention(
                    OptionalInt.of(2),
                    OptionalInt.empty(),
                    OptionalInt.empty(),
                    OptionalInt.empty(),
                    OptionalInt.empty()),
            ZoneOffset.UTC);

    @TempDir
    private Path directory;

    private final StubbornStore store = new StubbornStore(ObjectStores.memory(CLOCK));
    private final StoredRuns runs = new StoredRuns(store);
    private DataDirectory data;

    @BeforeEach
    void open() throws Exception {
        data = DataDirectory.open(directory.resolve("data"));
    }

    @AfterEach
    void close() {
        data.close();
    }

    @Test
    void removesWhatNoRuleKeeps() throws Exception {
        List<SnapshotFolder> all = fiveSnapshots();

        PruneOutcome outcome = prune(KEEP_TWO);

        assertThat(outcome.reason()).isEqualTo(Reason.PRUNED);
        assertThat(work(outcome).removed()).containsExactlyElementsOf(all.subList(0, 3));
        assertThat(runs.folders()).containsExactlyElementsOf(all.subList(3, 5));
        assertThat(runs.keys()).hasSize(2 * 4);
    }

    @Test
    void manifestGoesFirstAndRunRecordLast() throws Exception {
        SnapshotFolder old = runs.snapshot(SHOP, "2026-11-01T02:00:00Z");
        runs.snapshot(SHOP, "2026-11-19T02:00:00Z");
        runs.snapshot(SHOP, "2026-11-20T02:00:00Z");

        prune(KEEP_TWO);

        assertThat(store.deleted())
                .containsExactly(
                        old.manifestKey(), old.key("data.tar.zst"), old.key("data.tar.zst.001"), old.runRecordKey());
    }

    @Test
    void nothingToPruneIsSaid() throws Exception {
        runs.snapshot(SHOP, "2026-11-20T02:00:00Z");

        PruneOutcome outcome = prune(KEEP_TWO);

        assertThat(outcome).isInstanceOf(PruneOutcome.NothingToPrune.class);
        assertThat(outcome.reason()).isEqualTo(Reason.NOTHING_TO_PRUNE);
        assertThat(runs.folders()).hasSize(1);
    }

    @Test
    void withoutRetentionNothingGoes() throws Exception {
        fiveSnapshots();

        assertThat(prune(new RetentionRules(Retention.KEEP_ALL, ZoneOffset.UTC)).reason())
                .isEqualTo(Reason.NOTHING_TO_PRUNE);
        assertThat(runs.folders()).hasSize(5);
    }

    @Test
    void secondPruneFindsNothingMore() throws Exception {
        fiveSnapshots();
        prune(KEEP_TWO);

        assertThat(prune(KEEP_TWO)).isInstanceOf(PruneOutcome.NothingToPrune.class);
        assertThat(runs.folders()).hasSize(2);
    }

    @Test
    void previewTouchesNothing() throws Exception {
        fiveSnapshots();

        PruneOutcome outcome = new PruneRun(SHOP, KEEP_TWO, store, CLOCK).preview(data.path());

        assertThat(outcome)
                .asInstanceOf(type(PruneOutcome.Planned.class))
                .satisfies(planned ->
                        assertThat(planned.plan().retention().removed()).hasSize(3));
        assertThat(store.deleted()).isEmpty();
        assertThat(runs.folders()).hasSize(5);
    }

    @Test
    void listingThatFailsOnALaterPageRemovesNothing() throws Exception {
        fiveSnapshots();
        int objects = runs.keys().size();
        for (int page = 0; page < objects; page++) {
            store.failListingsAfter(page);

            PruneOutcome outcome = prune(KEEP_TWO);

            assertThat(outcome)
                    .isEqualTo(new PruneOutcome.Failed(
                            Reason.DESTINATION_UNREACHABLE, "Could not list the next page.", Optional.empty()));
        }
        store.failListingsAfter(Integer.MAX_VALUE);
        assertThat(store.deleted()).isEmpty();
        assertThat(runs.keys()).hasSize(objects);
    }

    @Test
    void manifestThatTheStoreDoesNotGiveRemovesNothing() throws Exception {
        List<SnapshotFolder> all = fiveSnapshots();
        store.refuseToRead(all.get(4).manifestKey(), Kind.ACCESS_DENIED);

        assertThat(prune(KEEP_TWO).reason()).isEqualTo(Reason.ACCESS_DENIED);
        assertThat(store.deleted()).isEmpty();
    }

    @Test
    void objectLockOnOneDoesNotKeepTheOthers() throws Exception {
        List<SnapshotFolder> all = fiveSnapshots();
        store.refuseToDelete(all.get(1).manifestKey(), Kind.LOCKED);

        PruneOutcome outcome = prune(KEEP_TWO);

        assertThat(outcome.reason()).isEqualTo(Reason.OBJECT_LOCKED);
        assertThat(work(outcome).removed()).containsExactly(all.get(0), all.get(2));
        assertThat(work(outcome).refused()).containsOnlyKeys(all.get(1));
        // The locked one is still whole.
        assertThat(runs.folders()).containsExactly(all.get(1), all.get(3), all.get(4));
        assertThat(runs.keys()).hasSize(3 * 4);
    }

    @ParameterizedTest
    @CsvSource({"LOCKED, OBJECT_LOCKED", "ACCESS_DENIED, ACCESS_DENIED", "REFUSED, REFUSED"})
    void whatTheDestinationProtectsDoesNotKeepTheOthersForEver(Kind kind, Reason reason) throws Exception {
        List<SnapshotFolder> all = fiveSnapshots();
        store.refuseToDelete(all.get(0).manifestKey(), Kind.LOCKED);
        store.refuseToDelete(all.get(1).manifestKey(), kind);

        PruneOutcome outcome = prune(KEEP_TWO);

        assertThat(outcome.reason()).isEqualTo(reason);
        assertThat(work(outcome).removed()).containsExactly(all.get(2));
        assertThat(work(outcome).refused()).containsOnlyKeys(all.get(0), all.get(1));
    }

    @Test
    void failureOnTheWayStopsAndSaysWhatWasDone() throws Exception {
        List<SnapshotFolder> all = fiveSnapshots();
        store.refuseToDelete(all.get(1).manifestKey(), Kind.UNREACHABLE);

        PruneOutcome outcome = prune(KEEP_TWO);

        assertThat(outcome.reason()).isEqualTo(Reason.DESTINATION_UNREACHABLE);
        assertThat(work(outcome).removed()).containsExactly(all.get(0));
        assertThat(runs.folders()).containsExactlyElementsOf(all.subList(1, 5));
    }

    @Test
    void cutOffOnTheWayLeavesNoHalfSnapshotAndIsSweptLater() throws Exception {
        // The oldest is from four days ago, and its run had until twelve hours later.
        List<SnapshotFolder> all = fiveSnapshots();
        store.refuseToDelete(all.get(0).key("data.tar.zst.001"), Kind.UNREACHABLE);
        assertThat(prune(KEEP_TWO).reason()).isEqualTo(Reason.DESTINATION_UNREACHABLE);
        assertThat(runs.folders()).containsExactlyElementsOf(all.subList(1, 5));
        assertThat(runs.keys())
                .contains(all.get(0).key("data.tar.zst.001"), all.get(0).runRecordKey());

        store.refuseToDelete(all.get(0).key("data.tar.zst.001"), Kind.LOCKED);
        PruneOutcome locked = prune(KEEP_TWO);
        assertThat(work(locked).removed()).containsExactly(all.get(1), all.get(2));
        assertThat(work(locked).refused()).containsOnlyKeys(all.get(0));

        store.allowAll();
        PruneOutcome swept = prune(KEEP_TWO);

        assertThat(work(swept).swept()).containsExactly(all.get(0));
        assertThat(runs.keys()).hasSize(2 * 4);
    }

    @Test
    void touchesOnlyThisVeryIdentity() throws Exception {
        for (Identity other : List.of(
                new Identity("host2", "default", "shop"),
                new Identity("host1", "other", "shop"),
                new Identity("host1", "default", "shop2"),
                new Identity("host1", "default", "sho"))) {
            for (int day = 1; day < 6; day++) {
                runs.snapshot(other, "2026-11-0" + day + "T02:00:00Z");
                runs.unfinished(other, "2026-11-0" + day + "T04:00:00Z");
            }
        }
        int foreign = runs.keys().size();
        fiveSnapshots();

        PruneOutcome outcome = prune(KEEP_TWO);

        assertThat(work(outcome).removed()).hasSize(3);
        // Of the other host and the other namespace; the other policies lie elsewhere.
        assertThat(work(outcome).plan().foreign()).isEqualTo(10);
        assertThat(store.deleted()).hasSize(3 * 4).allMatch(key -> key.startsWith("backups/shop/host1/"));
        assertThat(runs.keys()).hasSize(foreign + 2 * 4);
    }

    @Test
    void copyThatSomebodyMadeIsLeftAlone() throws Exception {
        List<SnapshotFolder> all = fiveSnapshots();
        String copy = new SnapshotFolder("shop", "host1", "20200101_000000_copy").manifestKey();
        store.put(copy, store.read(all.get(0).manifestKey()).readAllBytes());

        prune(KEEP_TWO);

        assertThat(runs.keys()).contains(copy);
    }

    @Test
    void unreadableManifestIsNeverRemoved() throws Exception {
        List<SnapshotFolder> all = fiveSnapshots();
        store.put(all.get(0).manifestKey(), "{}".getBytes(StandardCharsets.UTF_8));

        PruneOutcome outcome = prune(KEEP_TWO);

        assertThat(work(outcome).removed()).containsExactly(all.get(1), all.get(2));
        assertThat(runs.folders()).containsExactly(all.get(0), all.get(3), all.get(4));
    }

    @Test
    void cancellingStopsBetweenSnapshots() throws Exception {
        List<SnapshotFolder> all = fiveSnapshots();
        Cancellation cancellation = new Cancellation();
        store.beforeDelete(key -> {
            if (key.equals(all.get(0).runRecordKey())) {
                cancellation.cancel(Reason.CANCELLED);
            }
        });

        PruneOutcome outcome = new PruneRun(SHOP, KEEP_TWO, store, CLOCK).execute(data, cancellation);

        assertThat(outcome.reason()).isEqualTo(Reason.CANCELLED);
        assertThat(work(outcome).removed()).containsExactly(all.get(0));
        assertThat(runs.folders()).containsExactlyElementsOf(all.subList(1, 5));
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void unexpectedFailureIsAnOutcome() throws Exception {
        fiveSnapshots();
        store.beforeDelete(key -> {
            throw new IllegalStateException("broken");
        });

        assertThat(prune(KEEP_TWO))
                .asInstanceOf(type(PruneOutcome.Failed.class))
                .satisfies(failed -> assertThat(failed.message()).contains("broken"));
    }

    private List<SnapshotFolder> fiveSnapshots() throws Exception {
        List<SnapshotFolder> all = new ArrayList<>();
        for (int day = 16; day <= 20; day++) {
            all.add(runs.snapshot(SHOP, "2026-11-" + day + "T02:00:00Z"));
        }
        return all;
    }

    private PruneOutcome prune(RetentionRules rules) {
        return new PruneRun(SHOP, rules, store, CLOCK).execute(data, new Cancellation());
    }

    private static PruneWork work(PruneOutcome outcome) {
        if (outcome instanceof PruneOutcome.Pruned pruned) {
            return pruned.work();
        } else if (outcome instanceof PruneOutcome.Partial partial) {
            return partial.work();
        }
        return ((PruneOutcome.Failed) outcome).work().orElseThrow();
    }
}
