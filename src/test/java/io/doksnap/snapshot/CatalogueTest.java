package io.doksnap.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.doksnap.store.ObjectStores;
import io.doksnap.store.StoreException;
import io.doksnap.testing.FaultyStore;
import io.doksnap.testing.FaultyStore.Call;
import io.doksnap.testing.FaultyStore.Fault;
import io.doksnap.testing.SettableClock;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CatalogueTest {
    private static final SnapshotFolder FOLDER = new SnapshotFolder("shop", "host1", "20261122_020000_0a1b2c3d");

    private final FaultyStore store = new FaultyStore(ObjectStores.memory(SettableClock.at("2026-11-22T02:00:00Z")));

    @Test
    void folderWithAManifestIsASnapshot() throws Exception {
        commit(FOLDER);
        assertThat(visit(Optional.empty())).containsExactly(new CatalogueEntry.Snapshot(FOLDER, manifest(FOLDER)));
    }

    @Test
    void foldersWithoutManifestAndForeignObjectsAreNoSnapshots() throws Exception {
        store.put(FOLDER.runRecordKey(), new byte[1]);
        store.put(FOLDER.key("data.tar.zst.gpg"), new byte[1]);
        store.put("manifest.json", new byte[1]);
        store.put("backups/manifest.json", new byte[1]);
        store.put("backups/shop/manifest.json", new byte[1]);
        store.put("backups/shop/host1/not-an-id/manifest.json", new byte[1]);
        store.put("backups/shop/host1/20261122_020000_0a1b2c3d/deeper/manifest.json", new byte[1]);
        store.put("backups/shop/host1/20261122_020000_0a1b2c3d/manifest.json.bak", new byte[1]);
        store.put("backups/a policy/host1/20261122_020000_0a1b2c3d/manifest.json", new byte[1]);
        store.put("backups/shop/20240101_020005Z_shop_20240101.tar.gz.gpg", new byte[1]);
        store.put("photos/cat.jpg", new byte[1]);
        assertThat(visit(Optional.empty())).isEmpty();
    }

    @Test
    void onlyThePolicyThatWasAskedForIsVisited() throws Exception {
        commit(FOLDER);
        commit(new SnapshotFolder("shop-2", "host1", FOLDER.id()));
        commit(new SnapshotFolder("sho", "host1", FOLDER.id()));
        assertThat(visit(Optional.of("shop"))).extracting(CatalogueEntry::place).containsExactly(FOLDER);
        assertThat(store.calls()).contains("LIST backups/shop/");
    }

    @Test
    void snapshotsComeOldestFirstWithinEachPolicyAndHost() throws Exception {
        SnapshotFolder older = new SnapshotFolder("shop", "host1", "20251122_020000_ffffffff");
        SnapshotFolder other = new SnapshotFolder("shop", "host2", "20240101_000000_00000000");
        commit(FOLDER);
        commit(other);
        commit(older);
        assertThat(visit(Optional.empty())).extracting(CatalogueEntry::place).containsExactly(older, FOLDER, other);
    }

    @Test
    void archivesOfTheOriginalComeBetweenOursByTheirTime() throws Exception {
        SnapshotFolder first = new SnapshotFolder("shop", "host1", "20240101_020000_00000000");
        SnapshotFolder last = new SnapshotFolder("shop", "host1", "20240103_020000_00000000");
        SnapshotFolder other = new SnapshotFolder("shoq", "host1", "20200101_000000_00000000");
        for (SnapshotFolder folder : List.of(first, last, other)) {
            commit(folder);
        }
        for (String name : List.of(
                "shop/20231231_235959_shop_20231231_020000.tar.gz.enc",
                "shop/20240102_020005Z_shop_20240102_020000.tar.gz.gpg",
                "shop/20240103_020001Z_shop_20240103_020000.tar.gz.gpg",
                "shop/20240103_020002Z_shop_20240103_020000.tar.gz.gpg",
                "shnp/20240109_020005Z_shnp_20240109_020000.tar.gz.gpg")) {
            store.put("backups/" + name, new byte[7]);
        }

        assertThat(visit(Optional.empty()))
                .extracting(
                        entry -> entry.place().policy() + " " + entry.place().id())
                .containsExactly(
                        "shnp 20240109_020005Z",
                        "shop 20231231_235959",
                        "shop 20240101_020000_00000000",
                        "shop 20240102_020005Z",
                        "shop 20240103_020000_00000000",
                        "shop 20240103_020001Z",
                        "shop 20240103_020002Z",
                        "shoq 20200101_000000_00000000");
        assertThat(visit(Optional.of("shnp")))
                .singleElement()
                .isInstanceOfSatisfying(
                        CatalogueEntry.Original.class,
                        original -> assertThat(original.archive().size()).isEqualTo(7));
    }

    @Test
    void entrySaysWhetherVerificationLeftAnythingBesideItAndNothingIsReadForThat() throws Exception {
        SnapshotFolder verified = new SnapshotFolder("shop", "host1", "20261123_020000_0a1b2c3d");
        SnapshotFolder last = new SnapshotFolder("shop", "host1", "20261124_020000_0a1b2c3d");
        commit(FOLDER);
        commit(verified);
        store.put(verified.key("zebra.tar"), new byte[1]);
        store.put(verified.verificationKey(), new byte[1]);
        commit(last);
        assertThat(visit(Optional.empty()))
                .containsExactly(
                        new CatalogueEntry.Snapshot(FOLDER, manifest(FOLDER), false),
                        new CatalogueEntry.Snapshot(verified, manifest(verified), true),
                        new CatalogueEntry.Snapshot(last, manifest(last), false));
        assertThat(store.calls()).noneMatch(call -> call.startsWith("READ") && call.contains("verified.json"));
    }

    @Test
    void verificationThatIsNotThereIsEmpty() throws Exception {
        assertThat(new Catalogue(store).verification(FOLDER))
                .isEqualTo(new VerificationEntry.Found(Verification.none(FOLDER)));
    }

    @Test
    void verificationThatCannotBeUsedIsNeverTakenForAnEmptyOne() throws Exception {
        Catalogue catalogue = new Catalogue(store);
        store.put(FOLDER.verificationKey(), "{\"formatVersion\": 1".getBytes(StandardCharsets.UTF_8));
        assertThat(catalogue.verification(FOLDER))
                .isEqualTo(new VerificationEntry.Unusable("it is no complete verification", false));
        store.put(FOLDER.verificationKey(), "{\"formatVersion\": 2}".getBytes(StandardCharsets.UTF_8));
        assertThat(catalogue.verification(FOLDER))
                .isEqualTo(new VerificationEntry.Unusable("it is of the newer format 2; upgrade to read it", true));
        store.put(FOLDER.verificationKey(), SnapshotJson.write(new Verification(1, "another", List.of())));
        assertThat(catalogue.verification(FOLDER))
                .isEqualTo(new VerificationEntry.Unusable("it belongs to another snapshot", false));
        store.set(Fault.on(Call.READ, "verified.json", StoreException.Kind.UNREACHABLE));
        assertThatThrownBy(() -> catalogue.verification(FOLDER)).isInstanceOf(StoreException.class);
    }

    @Test
    void damagedManifestIsShownAsUnreadableAndTheOthersStillCome() throws Exception {
        SnapshotFolder next = new SnapshotFolder("shop", "host1", "20261123_020000_0a1b2c3d");
        store.put(FOLDER.manifestKey(), "{\"formatVersion\": 1".getBytes(StandardCharsets.UTF_8));
        commit(next);
        assertThat(visit(Optional.empty()))
                .containsExactly(
                        new CatalogueEntry.Unreadable(
                                FOLDER, "its manifest cannot be used: it is no complete manifest"),
                        new CatalogueEntry.Snapshot(next, manifest(next)));
    }

    @Test
    void manifestOfANewerVersionIsShownAsUnreadable() throws Exception {
        store.put(FOLDER.manifestKey(), "{\"formatVersion\": 99}".getBytes(StandardCharsets.UTF_8));
        assertThat(visit(Optional.empty()))
                .singleElement()
                .isInstanceOfSatisfying(CatalogueEntry.Unreadable.class, broken -> {
                    assertThat(broken.cause()).isEqualTo(CatalogueEntry.Cause.NEWER);
                    assertThat(broken.problem()).contains("newer format 99").contains("upgrade");
                });
    }

    @Test
    void manifestThatWasCopiedFromAnotherFolderIsNotBelieved() throws Exception {
        SnapshotFolder elsewhere = new SnapshotFolder("shop", "host2", FOLDER.id());
        store.put(elsewhere.manifestKey(), SnapshotJson.write(manifest(FOLDER)));
        assertThat(visit(Optional.empty()))
                .containsExactly(new CatalogueEntry.Unreadable(elsewhere, "its manifest belongs to another snapshot"));
    }

    @Test
    void hugeManifestIsNotReadWhole() throws Exception {
        store.put(FOLDER.manifestKey(), new byte[(16 << 20) + 1]);
        assertThat(visit(Optional.empty()))
                .containsExactly(new CatalogueEntry.Unreadable(FOLDER, "its manifest is larger than 16 MiB"));
    }

    @Test
    void manifestThatVanishesMeanwhileIsNoFailure() throws Exception {
        commit(FOLDER);
        store.set(Fault.on(Call.READ, "manifest.json", StoreException.Kind.NOT_FOUND));
        assertThat(visit(Optional.empty()))
                .containsExactly(new CatalogueEntry.Unreadable(
                        FOLDER, "its manifest was removed meanwhile", CatalogueEntry.Cause.REMOVED));
    }

    @Test
    void storeThatFailsEndsTheVisitWithItsFailure() throws Exception {
        commit(FOLDER);
        store.set(Fault.on(Call.READ, "manifest.json", StoreException.Kind.UNREACHABLE));
        assertThatThrownBy(() -> visit(Optional.empty())).isInstanceOf(StoreException.class);
        store.set(Fault.on(Call.LIST, "", StoreException.Kind.ACCESS_DENIED));
        assertThatThrownBy(() -> visit(Optional.empty())).isInstanceOf(StoreException.class);
    }

    private List<CatalogueEntry> visit(Optional<String> policy) throws StoreException {
        List<CatalogueEntry> entries = new ArrayList<>();
        new Catalogue(store).visit(policy, entries::add);
        return entries;
    }

    private void commit(SnapshotFolder folder) throws StoreException {
        store.put(folder.manifestKey(), SnapshotJson.write(manifest(folder)));
    }

    private static Manifest manifest(SnapshotFolder folder) {
        Manifest golden = SnapshotJsonTest.MANIFEST;
        return new Manifest(
                1,
                golden.program(),
                new Identity(folder.host(), "default", folder.policy()),
                folder.id(),
                golden.started(),
                golden.finished(),
                golden.sources());
    }
}
