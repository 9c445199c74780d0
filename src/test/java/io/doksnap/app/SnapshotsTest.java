package io.doksnap.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.doksnap.snapshot.Identity;
import io.doksnap.snapshot.Manifest;
import io.doksnap.snapshot.SnapshotFolder;
import io.doksnap.snapshot.SnapshotJson;
import io.doksnap.store.ObjectStore;
import io.doksnap.store.ObjectStores;
import io.doksnap.store.StoreException;
import io.doksnap.testing.SettableClock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which snapshot a person means. */
class SnapshotsTest {
    private static final Optional<String> HERE = Optional.of("host1");
    private static final Optional<String> NO_HOST = Optional.empty();
    private static final String OLD = "20261120_020000_aaaaaaaa";
    private static final String NEW = "20261121_020000_bbbbbbbb";
    private static final String NEWEST_ELSEWHERE = "20261122_020000_cccccccc";

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
        assertThat(new Snapshots(store)
                        .find("shop", Optional.empty(), HERE)
                        .folder()
                        .id())
                .isEqualTo(NEW);
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

    private String id(String policy, String id, Optional<String> host) throws Exception {
        return new Snapshots(store).find(policy, Optional.of(id), host).folder().id();
    }

    private void refused(String policy, String id, Optional<String> host, int code, String message) {
        assertThatThrownBy(() -> new Snapshots(store).find(policy, Optional.of(id), host))
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
