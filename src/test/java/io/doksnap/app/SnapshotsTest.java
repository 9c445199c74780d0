package io.doksnap.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.doksnap.snapshot.Identity;
import io.doksnap.snapshot.Manifest;
import io.doksnap.snapshot.SnapshotFolder;
import io.doksnap.snapshot.SnapshotJson;
import io.doksnap.snapshot.SnapshotPlace;
import io.doksnap.store.ObjectStore;
import io.doksnap.store.ObjectStores;
import io.doksnap.store.StoreException;
import io.doksnap.testing.SettableClock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which snapshot a person means. */
class SnapshotsTest {
    private static final Optional<String> HERE = Optional.of("host1");
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final Optional<String> NO_HOST = Optional.empty();
    private static final String OLD = "20261120_020000_aaaaaaaa";
    private static final String NEW = "20261121_020000_bbbbbbbb";
    private static final String NEWEST_ELSEWHERE = "20261122_020000_cccccccc";

    private final List<String> warnings = new ArrayList<>();
    private final ObjectStore store = ObjectStores.memory(SettableClock.at("2026-11-22T02:00:00Z"));

    @BeforeEach
    void twoHosts() throws StoreException {
        commit("shop", "host1", OLD);
        commit("shop", "host1", NEW);
        commit("shop", "host2", NEWEST_ELSEWHERE);
        commit("solo", "host2", OLD);
    }

    @Test
    void newestIsThisHostsOwn() throws Exception {
        assertThat(id("shop", "latest", HERE)).isEqualTo(NEW);
        assertThat(snapshots()
                        .find("shop", WantedSnapshot.NEWEST, HERE)
                        .folder()
                        .id())
                .isEqualTo(NEW);
    }

    @Test
    void whatIsDatedInTheFutureIsNotTheNewestWhereThereIsAnother() throws Exception {
        commit("shop", "host1", "20360101_020000_dddddddd");
        assertThat(id("shop", "latest", HERE)).isEqualTo(NEW);
        assertThat(warnings).singleElement().asString().startsWith("20360101_020000_dddddddd is dated in the future");
        commit("late", "host1", "20360101_020000_dddddddd");
        assertThat(id("late", "latest", HERE)).isEqualTo("20360101_020000_dddddddd");
    }

    @Test
    void snapshotIsFoundByItsIdOrTheBeginningOfItOnAnyHost() throws Exception {
        assertThat(id("shop", OLD, HERE)).isEqualTo(OLD);
        assertThat(id("shop", "20261120", HERE)).isEqualTo(OLD);
        assertThat(id("shop", "20261122", HERE)).isEqualTo(NEWEST_ELSEWHERE);
    }

    @Test
    void beginningOfSeveralIsRefused() {
        refused("shop", "2026112", HERE, 4, "3 snapshots of shop begin with 2026112; give more of it");
        refused("shop", "", HERE, 2, "the id of a snapshot is empty; doksnap list shop shows the ids");
    }

    @Test
    void wholeIdWinsOverLongerOnes() throws Exception {
        commit("shop", "host1", OLD + "0");
        assertThat(id("shop", OLD, HERE)).isEqualTo(OLD);
    }

    @Test
    void whatIsNotThereIsNamed() {
        refused("shop", "2020", HERE, 4, "there is no snapshot 2020 of shop; doksnap list shop shows them");
        refused("none", "latest", HERE, 4, "there is no snapshot of none in memory; doksnap list shows what there is");
        refused(
                "solo",
                "latest",
                HERE,
                4,
                "there is no snapshot of solo from this host (host1), only from host2; choose one with --snapshot");
    }

    @Test
    void withoutAHostsNameTheNewestIsOnlyClearWhereThereIsOneHost() throws Exception {
        assertThat(id("solo", "latest", NO_HOST)).isEqualTo(OLD);
        refused(
                "shop",
                "latest",
                NO_HOST,
                4,
                "there are snapshots of shop from several hosts (host1, host2); choose one with --snapshot");
    }

    @Test
    void unreadableSnapshotIsNeverTakenAndNeverPassedOver() throws Exception {
        String broken = "20261123_020000_dddddddd";
        store.put(new SnapshotFolder("shop", "host1", broken).manifestKey(), new byte[] {'{'});
        refused(
                "shop",
                "latest",
                HERE,
                6,
                "the snapshot " + broken
                        + " cannot be restored: its manifest cannot be used: it is no complete manifest;"
                        + " choose another with --snapshot");
        assertThat(id("shop", NEW, HERE)).isEqualTo(NEW);
    }

    @Test
    void archiveOfTheOriginalIsFoundByItsTimeOrItsName() throws Exception {
        original("solo", "20240101_020005Z", "enc");
        original("solo", "20240101_020005Z", "gpg");
        original("solo", "20231101_020005", "enc");
        original("solo", "20231101_020005Z", "enc");

        assertThat(any("solo", "20231101_020005", HERE).name())
                .endsWith("20231101_020005_solo_20000101_000000.tar.gz.enc");
        assertThat(any("solo", "20231101_020005Z", HERE).id()).isEqualTo("20231101_020005Z");
        assertThat(any("solo", "20240101_020005Z_solo_20000101_000000.tar.gz.e", HERE)
                        .name())
                .endsWith(".enc");
        assertThat(any("solo", OLD, HERE).id()).isEqualTo(OLD);
        assertThatThrownBy(() -> any("solo", "20240101_020005Z", HERE))
                .hasMessage("2 snapshots of solo begin with 20240101_020005Z; give more of it");
        refused(
                "solo",
                "20231101_020005Z",
                HERE,
                4,
                "there is no snapshot 20231101_020005Z of solo; doksnap list solo shows them");
    }

    @Test
    void newestIsOneOfTheOriginalOnlyWhereItIsSurelyThisHosts() throws Exception {
        original("old", "20240101_020005Z", "enc");
        original("old", "20240102_020005Z", "enc");
        assertThat(any("old", "latest", NO_HOST).id()).isEqualTo("20240102_020005Z");

        commit("old", "host1", OLD);
        assertThat(any("old", "latest", HERE).id()).isEqualTo(OLD);
        original("old", "20261120_020001Z", "enc");
        assertThat(any("old", "latest", HERE).id()).isEqualTo("20261120_020001Z");
        assertThat(id("old", "latest", HERE)).isEqualTo(OLD);

        commit("old", "host2", NEW);
        assertThatThrownBy(() -> any("old", "latest", HERE))
                .hasMessage("there are snapshots of old from several hosts (host1, host2, and the original program's);"
                        + " choose one with --snapshot");
    }

    @Test
    void asOfATimeTheNewestUpToThenIsMeant() throws Exception {
        assertThat(at("shop", "2026-11-20")).isEqualTo(OLD);
        assertThat(at("shop", "2026-11-21T01:59:59Z")).isEqualTo(OLD);
        assertThat(at("shop", "2026-11-21T02:00:00Z")).isEqualTo(NEW);
        assertThat(at("shop", "2027-01-01")).isEqualTo(NEW);
        // 02:00 in Berlin is one in the morning in UTC.
        assertThat(at("shop", "2026-11-21 02:00")).isEqualTo(OLD);
        assertThat(at("shop", "2026-11-21 03:00")).isEqualTo(NEW);
    }

    @Test
    void whereThereWasNoneYetTheOldestIsNamed() {
        assertThatThrownBy(() -> at("shop", "2026-11-19"))
                .isInstanceOfSatisfying(
                        CommandException.class, e -> assertThat(e.exitCode()).isEqualTo(4))
                .hasMessage("there was no snapshot of shop in memory yet at 2026-11-19; the oldest was begun at"
                        + " 2026-11-20 02:00:00 UTC (" + OLD + ")");
        assertThatThrownBy(() -> at("solo", "2026-11-19")).hasMessageContaining("there is no snapshot of solo");
    }

    @Test
    void timeAndNameTogetherOrNoTimeAtAllAreRefused() {
        assertThatThrownBy(() -> WantedSnapshot.of(Optional.of(OLD), Optional.of("2026-11-19"), BERLIN))
                .hasMessage("--snapshot and --at both say which snapshot; choose one");
        assertThatThrownBy(() -> at("shop", "yesterday"))
                .isInstanceOfSatisfying(
                        CommandException.class, e -> assertThat(e.exitCode()).isEqualTo(2))
                .hasMessage("--at: 'yesterday' is no time; write a date such as 2025-03-30, a time such as"
                        + " '2025-03-30 02:00' (of Europe/Berlin), or an instant such as 2025-03-30T02:00:00Z");
    }

    private Snapshots snapshots() {
        return new Snapshots(store, Instant.parse("2026-11-22T02:00:00Z"), warnings::add);
    }

    private String at(String policy, String time) throws Exception {
        WantedSnapshot wanted = WantedSnapshot.of(Optional.empty(), Optional.of(time), BERLIN);
        return snapshots().find(policy, wanted, HERE).folder().id();
    }

    private SnapshotPlace any(String policy, String id, Optional<String> host) throws Exception {
        return snapshots()
                .findAny(policy, WantedSnapshot.of(Optional.of(id)), host)
                .place();
    }

    private void original(String app, String id, String extension) throws StoreException {
        store.put("backups/" + app + "/" + id + "_" + app + "_20000101_000000.tar.gz." + extension, new byte[1]);
    }

    private String id(String policy, String id, Optional<String> host) throws Exception {
        return snapshots()
                .find(policy, WantedSnapshot.of(Optional.of(id)), host)
                .folder()
                .id();
    }

    private void refused(String policy, String id, Optional<String> host, int code, String message) {
        assertThatThrownBy(() -> snapshots().find(policy, WantedSnapshot.of(Optional.of(id)), host))
                .isInstanceOfSatisfying(
                        CommandException.class, e -> assertThat(e.exitCode()).isEqualTo(code))
                .hasMessage(message);
    }

    private void commit(String policy, String host, String id) throws StoreException {
        Instant time = Instant.parse("2026-11-20T02:00:00Z");
        Manifest manifest = new Manifest(1, "test", new Identity(host, "default", policy), id, time, time, List.of());
        store.put(new SnapshotFolder(policy, host, id).manifestKey(), SnapshotJson.write(manifest));
    }
}
