package io.doksnap.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.api.Reason;
import io.doksnap.policy.VerifyLevel;
import io.doksnap.snapshot.Inventory.Unfinished;
import io.doksnap.snapshot.Manifest.EncryptionEntry;
import io.doksnap.snapshot.Manifest.SourceEntry;
import io.doksnap.snapshot.Manifest.StoredPart;
import io.doksnap.snapshot.RetentionPlan.Candidate;
import io.doksnap.snapshot.Verification.Check;
import io.doksnap.store.ObjectStore;
import io.doksnap.store.ObjectStores;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class InventoryTest {
    private static final Identity SHOP = new Identity("host1", "default", "shop");
    private static final Instant TIME = Instant.parse("2026-11-20T02:00:00Z");
    private static final Instant DEADLINE = Instant.parse("2026-11-20T14:00:00Z");

    private final ObjectStore store = ObjectStores.memory(Clock.fixed(TIME, ZoneOffset.UTC));

    @Test
    void emptyDestinationHoldsNothing() throws Exception {
        assertThat(Inventory.take(store, SHOP)).isEqualTo(new Inventory(List.of(), List.of(), 0, Set.of()));
    }

    @Test
    void snapshotIsAsItsManifestSays() throws Exception {
        SnapshotFolder folder = snapshot(SHOP, "aa");

        assertThat(Inventory.take(store, SHOP).snapshots())
                .containsExactly(new Candidate.Known(folder, SHOP, TIME, 30, Set.of("data", "db")));
    }

    @Test
    void whatVerificationFoundDamagedIsNoGoodCopy() throws Exception {
        SnapshotFolder folder = snapshot(SHOP, "aa");
        store.put(
                folder.verificationKey(),
                SnapshotJson.write(Verification.none(folder)
                        .with(List.of(
                                new Check("data", VerifyLevel.CHECKSUM, TIME, "test", Reason.VERIFIED, List.of()),
                                new Check("db", VerifyLevel.CHECKSUM, TIME, "test", Reason.MISMATCH, List.of())))));

        assertThat(Inventory.take(store, SHOP).snapshots())
                .containsExactly(new Candidate.Known(folder, SHOP, TIME, 30, Set.of("data"), Set.of("db")));
    }

    @Test
    void snapshotOfWhichNothingTellsWhetherItIsDamagedStaysAndCountsForNothing() throws Exception {
        SnapshotFolder folder = snapshot(SHOP, "aa");
        store.put(folder.verificationKey(), "{".getBytes(StandardCharsets.UTF_8));

        assertThat(Inventory.take(store, SHOP).snapshots())
                .containsExactly(new Candidate.Unreadable(
                        folder,
                        "verified.json, which says whether it is damaged, cannot be used: it is no complete"
                                + " verification; doksnap verify shop --snapshot " + folder.id() + " writes it anew"));
    }

    @Test
    void verificationWithoutASnapshotIsNotSeen() throws Exception {
        store.put(SnapshotFolder.create(SHOP, TIME, "aa").verificationKey(), new byte[10]);

        assertThat(Inventory.take(store, SHOP)).isEqualTo(new Inventory(List.of(), List.of(), 0, Set.of()));
    }

    @Test
    void manifestThatCannotBeReadKeepsItsPlace() throws Exception {
        SnapshotFolder folder = SnapshotFolder.create(SHOP, TIME, "aa");
        store.put(folder.manifestKey(), "{".getBytes(StandardCharsets.UTF_8));

        assertThat(Inventory.take(store, SHOP).snapshots())
                .singleElement()
                .isInstanceOf(Candidate.Unreadable.class)
                .extracting(Candidate::place)
                .isEqualTo(folder);
    }

    @Test
    void whatOthersMadeIsForeign() throws Exception {
        snapshot(new Identity("host2", "default", "shop"), "aa");
        snapshot(new Identity("host1", "other", "shop"), "bb");
        snapshot(new Identity("host1", "default", "shop2"), "cc");

        assertThat(Inventory.take(store, SHOP)).isEqualTo(new Inventory(List.of(), List.of(), 2, Set.of("host2")));
    }

    @Test
    void manifestOfAnotherHostIsNotEvenRead() throws Exception {
        SnapshotFolder folder = SnapshotFolder.create(new Identity("host2", "default", "shop"), TIME, "aa");
        store.put(folder.manifestKey(), "{".getBytes(StandardCharsets.UTF_8));

        assertThat(Inventory.take(store, SHOP)).isEqualTo(new Inventory(List.of(), List.of(), 1, Set.of("host2")));
    }

    @Test
    void manifestOfAnotherFolderIsNotOurs() throws Exception {
        SnapshotFolder original = snapshot(SHOP, "aa");
        SnapshotFolder copy = SnapshotFolder.create(SHOP, TIME, "bb");
        store.put(copy.manifestKey(), store.read(original.manifestKey()).readAllBytes());

        Inventory inventory = Inventory.take(store, SHOP);

        assertThat(inventory.snapshots().stream().filter(Candidate.Known.class::isInstance))
                .extracting(Candidate::place)
                .containsExactly(original);
    }

    @Test
    void runWithoutManifestIsUnfinished() throws Exception {
        SnapshotFolder ours = run(SHOP, "aa");
        run(new Identity("host2", "default", "shop"), "bb");
        run(new Identity("host1", "other", "shop"), "cc");
        snapshot(SHOP, "dd");

        assertThat(Inventory.take(store, SHOP).unfinished()).containsExactly(new Unfinished(ours, DEADLINE));
    }

    @Test
    void runRecordThatIsDamagedMissingOrOfAnotherFolderMakesNothingOurs() throws Exception {
        store.put(SnapshotFolder.create(SHOP, TIME, "aa").runRecordKey(), "{}".getBytes(StandardCharsets.UTF_8));
        store.put(SnapshotFolder.create(SHOP, TIME, "bb").key("data.tar.zst"), new byte[10]);
        SnapshotFolder original = run(SHOP, "cc");
        store.put(
                SnapshotFolder.create(SHOP, TIME, "dd").runRecordKey(),
                store.read(original.runRecordKey()).readAllBytes());

        assertThat(Inventory.take(store, SHOP).unfinished()).containsExactly(new Unfinished(original, DEADLINE));
    }

    @Test
    void archivesOfTheOriginalOfThisVeryAppAreSeen() throws Exception {
        String ours = "backups/shop/20240101_020005Z_shop_20240101_020000.tar.gz.enc";
        store.put(ours, new byte[10]);
        store.put("backups/shop2/20240101_020005Z_shop2_20240101_020000.tar.gz.enc", new byte[10]);
        store.put("backups/shop/host1/20240101_020005Z_shop_20240101_020000.tar.gz.enc", new byte[10]);

        assertThat(Inventory.take(store, SHOP).snapshots())
                .singleElement()
                .isInstanceOfSatisfying(Candidate.Original.class, original -> {
                    assertThat(original.archive().key()).isEqualTo(ours);
                    assertThat(original.storedBytes()).isEqualTo(10);
                    assertThat(original.goodSources()).containsExactly("shop");
                });
    }

    @Test
    void emptyArchiveOfTheOriginalHoldsNothingGood() throws Exception {
        store.put("backups/shop/20240101_020005Z_shop_20240101_020000.tar.gz.gpg", new byte[0]);

        assertThat(Inventory.take(store, SHOP).snapshots())
                .singleElement()
                .isInstanceOfSatisfying(
                        Candidate.Original.class,
                        original -> assertThat(original.goodSources()).isEmpty());
    }

    @Test
    void keysOfAnyOtherFormAreNotSeen() throws Exception {
        for (String key : List.of(
                "backups/shop/manifest.json",
                "backups/shop/host1/manifest.json",
                "backups/shop/host1/20261120_020000_aa/sub/manifest.json",
                "backups/shop/host1/yesterday/manifest.json",
                "backups/shop/20240101_020005Z_shop_1.tar.gz.gpg")) {
            store.put(key, new byte[10]);
        }

        assertThat(Inventory.take(store, SHOP)).isEqualTo(new Inventory(List.of(), List.of(), 0, Set.of()));
    }

    private SnapshotFolder snapshot(Identity identity, String random) throws Exception {
        SnapshotFolder folder = run(identity, random);
        EncryptionEntry none = new EncryptionEntry("none", List.of());
        List<SourceEntry> sources = List.of(
                new SourceEntry("data", parts(10), 10, 1, 1, "zstd", none, List.of(), List.of()),
                new SourceEntry("db", parts(20), 10, 1, 1, "zstd", none, List.of("a warning"), List.of()));
        Manifest manifest = new Manifest(1, "test", identity, folder.id(), TIME, TIME.plusSeconds(60), sources);
        store.put(folder.manifestKey(), SnapshotJson.write(manifest));
        return folder;
    }

    private static List<StoredPart> parts(int size) {
        return List.of(new StoredPart("data.tar.zst", size, "00"));
    }

    private SnapshotFolder run(Identity identity, String random) throws Exception {
        SnapshotFolder folder = SnapshotFolder.create(identity, TIME, random);
        store.put(folder.runRecordKey(), SnapshotJson.write(new RunRecord(1, identity, folder.id(), TIME, DEADLINE)));
        return folder;
    }
}
