package io.doksnap.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.doksnap.api.Reason;
import io.doksnap.policy.Retention;
import io.doksnap.run.PruneOutcome.PruneWork;
import io.doksnap.snapshot.Identity;
import io.doksnap.snapshot.Manifest;
import io.doksnap.snapshot.Manifest.EncryptionEntry;
import io.doksnap.snapshot.Manifest.SourceEntry;
import io.doksnap.snapshot.Manifest.StoredPart;
import io.doksnap.snapshot.RetentionRules;
import io.doksnap.snapshot.RunRecord;
import io.doksnap.snapshot.SnapshotFolder;
import io.doksnap.snapshot.SnapshotJson;
import io.doksnap.store.ObjectStores;
import io.doksnap.store.StoreException.Kind;
import io.doksnap.store.Upload;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
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
        assertThat(folders()).containsExactlyElementsOf(all.subList(3, 5));
        assertThat(keys()).hasSize(2 * 4);
    }

    @Test
    void manifestGoesFirstAndRunRecordLast() throws Exception {
        SnapshotFolder old = snapshot(SHOP, "2026-11-01T02:00:00Z");
        snapshot(SHOP, "2026-11-19T02:00:00Z");
        snapshot(SHOP, "2026-11-20T02:00:00Z");

        prune(KEEP_TWO);

        assertThat(store.deleted())
                .containsExactly(
                        old.manifestKey(), old.key("data.tar.zst"), old.key("data.tar.zst.001"), old.runRecordKey());
    }

    @Test
    void nothingToPruneIsSaid() throws Exception {
        snapshot(SHOP, "2026-11-20T02:00:00Z");

        PruneOutcome outcome = prune(KEEP_TWO);

        assertThat(outcome).isInstanceOf(PruneOutcome.NothingToPrune.class);
        assertThat(outcome.reason()).isEqualTo(Reason.NOTHING_TO_PRUNE);
        assertThat(folders()).hasSize(1);
    }

    @Test
    void withoutRetentionNothingGoes() throws Exception {
        fiveSnapshots();

        assertThat(prune(new RetentionRules(Retention.KEEP_ALL, ZoneOffset.UTC)).reason())
                .isEqualTo(Reason.NOTHING_TO_PRUNE);
        assertThat(folders()).hasSize(5);
    }

    @Test
    void secondPruneFindsNothingMore() throws Exception {
        fiveSnapshots();
        prune(KEEP_TWO);

        assertThat(prune(KEEP_TWO)).isInstanceOf(PruneOutcome.NothingToPrune.class);
        assertThat(folders()).hasSize(2);
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
        assertThat(folders()).hasSize(5);
    }

    @Test
    void listingThatFailsOnALaterPageRemovesNothing() throws Exception {
        fiveSnapshots();
        int objects = keys().size();
        for (int page = 0; page < objects; page++) {
            store.failListingsAfter(page);

            PruneOutcome outcome = prune(KEEP_TWO);

            assertThat(outcome)
                    .isEqualTo(new PruneOutcome.Failed(
                            Reason.DESTINATION_UNREACHABLE, "Could not list the next page.", Optional.empty()));
        }
        store.failListingsAfter(Integer.MAX_VALUE);
        assertThat(store.deleted()).isEmpty();
        assertThat(keys()).hasSize(objects);
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
        assertThat(work(outcome).locked()).containsOnlyKeys(all.get(1));
        // The locked one is still whole.
        assertThat(folders()).containsExactly(all.get(1), all.get(3), all.get(4));
        assertThat(keys()).hasSize(3 * 4);
    }

    @Test
    void failureOnTheWayStopsAndSaysWhatWasDone() throws Exception {
        List<SnapshotFolder> all = fiveSnapshots();
        store.refuseToDelete(all.get(1).manifestKey(), Kind.ACCESS_DENIED);

        PruneOutcome outcome = prune(KEEP_TWO);

        assertThat(outcome.reason()).isEqualTo(Reason.ACCESS_DENIED);
        assertThat(work(outcome).removed()).containsExactly(all.get(0));
        assertThat(folders()).containsExactlyElementsOf(all.subList(1, 5));
    }

    @Test
    void refusalOfTheStoreIsNamedAsSuch() throws Exception {
        store.refuseToDelete(fiveSnapshots().get(0).manifestKey(), Kind.REFUSED);

        assertThat(prune(KEEP_TWO).reason()).isEqualTo(Reason.REFUSED);
    }

    @Test
    void cutOffOnTheWayLeavesNoHalfSnapshotAndIsSweptLater() throws Exception {
        // The oldest is from four days ago, and its run had until twelve hours later.
        List<SnapshotFolder> all = fiveSnapshots();
        store.refuseToDelete(all.get(0).key("data.tar.zst.001"), Kind.UNREACHABLE);
        assertThat(prune(KEEP_TWO).reason()).isEqualTo(Reason.DESTINATION_UNREACHABLE);
        assertThat(folders()).containsExactlyElementsOf(all.subList(1, 5));
        assertThat(keys())
                .contains(all.get(0).key("data.tar.zst.001"), all.get(0).runRecordKey());

        store.refuseToDelete(all.get(0).key("data.tar.zst.001"), Kind.LOCKED);
        PruneOutcome locked = prune(KEEP_TWO);
        assertThat(work(locked).removed()).containsExactly(all.get(1), all.get(2));
        assertThat(work(locked).locked()).containsOnlyKeys(all.get(0));

        store.allowAll();
        PruneOutcome swept = prune(KEEP_TWO);

        assertThat(work(swept).swept()).containsExactly(all.get(0));
        assertThat(keys()).hasSize(2 * 4);
    }

    @Test
    void touchesOnlyThisVeryIdentity() throws Exception {
        for (Identity other : List.of(
                new Identity("host2", "default", "shop"),
                new Identity("host1", "other", "shop"),
                new Identity("host1", "default", "shop2"),
                new Identity("host1", "default", "sho"))) {
            for (int day = 1; day < 6; day++) {
                snapshot(other, "2026-11-0" + day + "T02:00:00Z");
                unfinished(other, "2026-11-0" + day + "T04:00:00Z");
            }
        }
        int foreign = keys().size();
        fiveSnapshots();

        PruneOutcome outcome = prune(KEEP_TWO);

        assertThat(work(outcome).removed()).hasSize(3);
        // Of the other host and the other namespace; the other policies lie elsewhere.
        assertThat(work(outcome).plan().foreign()).isEqualTo(10);
        assertThat(store.deleted()).hasSize(3 * 4).allMatch(key -> key.startsWith("backups/shop/host1/"));
        assertThat(keys()).hasSize(foreign + 2 * 4);
    }

    @Test
    void copyThatSomebodyMadeIsLeftAlone() throws Exception {
        List<SnapshotFolder> all = fiveSnapshots();
        String copy = new SnapshotFolder("shop", "host1", "20200101_000000_copy").manifestKey();
        store.put(copy, store.read(all.get(0).manifestKey()).readAllBytes());

        prune(KEEP_TWO);

        assertThat(keys()).contains(copy);
    }

    @Test
    void unreadableManifestIsNeverRemoved() throws Exception {
        List<SnapshotFolder> all = fiveSnapshots();
        store.put(all.get(0).manifestKey(), "{}".getBytes(StandardCharsets.UTF_8));

        PruneOutcome outcome = prune(KEEP_TWO);

        assertThat(work(outcome).removed()).containsExactly(all.get(1), all.get(2));
        assertThat(folders()).containsExactly(all.get(0), all.get(3), all.get(4));
    }

    @Test
    void sweepsRunsThatEndedLongAgoWithoutASnapshot() throws Exception {
        SnapshotFolder old = unfinished(SHOP, "2026-11-01T02:00:00Z");
        @SuppressWarnings("resource")
        Upload upload = store.upload(old.key("data.tar.zst.001"));
        upload.write(new byte[10], 0, 10);

        PruneOutcome outcome = prune(KEEP_TWO);

        assertThat(outcome.reason()).isEqualTo(Reason.PRUNED);
        assertThat(work(outcome).swept()).containsExactly(old);
        assertThat(store.deleted()).containsExactly(old.key("data.tar.zst"), old.runRecordKey());
        assertThat(keys()).isEmpty();
        assertThat(store.discardUploads("backups/")).isZero();
    }

    @Test
    void runIsSweptTwoDaysPastItsDeadlineAndNotBefore() throws Exception {
        Instant deadline = NOW.minus(Duration.ofDays(2));
        SnapshotFolder justNot =
                unfinished(SHOP, deadline.minus(Duration.ofHours(12)).toString());
        SnapshotFolder just = unfinished(
                SHOP, deadline.minus(Duration.ofHours(12)).minusSeconds(1).toString());

        assertThat(work(prune(KEEP_TWO)).swept()).containsExactly(just);
        assertThat(keys()).containsExactly(justNot.key("data.tar.zst"), justNot.runRecordKey());
    }

    @Test
    void openRunIsNotSwept() throws Exception {
        SnapshotFolder open = unfinished(SHOP, "2026-11-01T02:00:00Z");
        new OpenRuns(data).begin(store.location(), open);

        assertThat(prune(KEEP_TWO)).isInstanceOf(PruneOutcome.NothingToPrune.class);
        assertThat(keys()).hasSize(2);
    }

    @Test
    void folderThatNobodyOwnsIsNotSwept() throws Exception {
        SnapshotFolder nobody = SnapshotFolder.create(SHOP, Instant.parse("2026-01-01T00:00:00Z"), "aa");
        store.put(nobody.key("data.tar.zst"), new byte[10]);
        SnapshotFolder unreadable = SnapshotFolder.create(SHOP, Instant.parse("2026-01-02T00:00:00Z"), "aa");
        store.put(unreadable.runRecordKey(), "{".getBytes(StandardCharsets.UTF_8));
        SnapshotFolder copied = SnapshotFolder.create(SHOP, Instant.parse("2026-01-03T00:00:00Z"), "aa");
        SnapshotFolder original = unfinished(SHOP, "2026-11-20T02:00:00Z");
        store.put(copied.runRecordKey(), store.read(original.runRecordKey()).readAllBytes());

        assertThat(prune(KEEP_TWO)).isInstanceOf(PruneOutcome.NothingToPrune.class);
        assertThat(keys()).hasSize(5);
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
        assertThat(folders()).containsExactlyElementsOf(all.subList(1, 5));
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
            all.add(snapshot(SHOP, "2026-11-" + day + "T02:00:00Z"));
        }
        return all;
    }

    private SnapshotFolder snapshot(Identity identity, String time) throws Exception {
        Instant started = Instant.parse(time);
        SnapshotFolder folder = SnapshotFolder.create(identity, started, "aa" + identity.namespace());
        record(identity, folder, started);
        List<StoredPart> parts = new ArrayList<>();
        for (String object : List.of("data.tar.zst", "data.tar.zst.001")) {
            store.put(folder.key(object), new byte[10]);
            parts.add(new StoredPart(object, 10, "00"));
        }
        SourceEntry source =
                new SourceEntry("data", parts, 10, 1, 1, "zstd", new EncryptionEntry("none", List.of()), List.of());
        store.put(
                folder.manifestKey(),
                SnapshotJson.write(new Manifest(
                        1, "test", identity, folder.id(), started, started.plusSeconds(60), List.of(source))));
        return folder;
    }

    private SnapshotFolder unfinished(Identity identity, String time) throws Exception {
        Instant started = Instant.parse(time);
        SnapshotFolder folder = SnapshotFolder.create(identity, started, "bb" + identity.namespace());
        record(identity, folder, started);
        store.put(folder.key("data.tar.zst"), new byte[10]);
        return folder;
    }

    private void record(Identity identity, SnapshotFolder folder, Instant started) throws Exception {
        RunRecord record = new RunRecord(1, identity, folder.id(), started, started.plus(Duration.ofHours(12)));
        store.put(folder.runRecordKey(), SnapshotJson.write(record));
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

    private List<String> keys() throws Exception {
        List<String> keys = new ArrayList<>();
        store.list("", object -> keys.add(object.key()));
        return keys;
    }

    /** Of all snapshots that are listed. */
    private List<SnapshotFolder> folders() throws Exception {
        return keys().stream()
                .flatMap(key -> SnapshotFolder.ofManifest(key).stream())
                .toList();
    }
}
