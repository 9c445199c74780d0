package io.doksnap.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.api.Reason;
import io.doksnap.policy.VerifyLevel;
import io.doksnap.snapshot.CatalogueEntry;
import io.doksnap.snapshot.Verification.Check;
import io.doksnap.snapshot.Verification.Finding;
import io.doksnap.store.StoreException.Kind;
import io.doksnap.testing.FaultyStore.Call;
import io.doksnap.testing.FaultyStore.Fault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is kept of a verification beside its snapshot, and what is not. */
class VerificationFileTest {
    @TempDir
    private Path home;

    private VerifyBench stored;
    private Bench bench;

    @BeforeEach
    void setUp() throws IOException {
        stored = new VerifyBench(home);
        bench = stored.bench;
    }

    @AfterEach
    void tearDown() {
        stored.close();
    }

    @Test
    void damageIsKeptForItsSourceAndShowsBothDigests() throws IOException {
        String key = stored.flip(stored.key("conf.tar.zst"));
        Damage damage = stored.damaged(VerifyLevel.CHECKSUM).damages().get(0);
        String sha256 =
                stored.snapshot.manifest().sources().get(1).objects().get(0).sha256();
        assertThat(damage.key()).isEqualTo(key);
        assertThat(damage.source()).isEqualTo("conf");
        assertThat(damage.expected()).isEqualTo("SHA-256 " + sha256);
        assertThat(damage.found()).startsWith("SHA-256 ").isNotEqualTo(damage.expected());
        assertThat(stored.kept().damagedSources()).containsExactly("conf");
        assertThat(stored.kept().checks())
                .containsExactly(
                        new Check(
                                "conf",
                                VerifyLevel.CHECKSUM,
                                bench.clock.instant(),
                                "doksnap test",
                                Reason.MISMATCH,
                                List.of(new Finding("conf.tar.zst", damage.expected(), damage.found()))),
                        new Check(
                                "files",
                                VerifyLevel.CHECKSUM,
                                bench.clock.instant(),
                                "doksnap test",
                                Reason.VERIFIED,
                                List.of()));
    }

    @Test
    void mendedSnapshotIsDamagedNoMore() throws IOException {
        String key = stored.key("conf.tar.zst");
        byte[] good = bench.read(key);
        stored.flip(key);
        stored.damaged(VerifyLevel.CHECKSUM);
        stored.verify(VerifyLevel.PRESENCE);
        assertThat(stored.kept().damagedSources()).containsExactly("conf");
        bench.store.put(key, good);
        stored.verify(VerifyLevel.CHECKSUM);
        assertThat(stored.kept().damagedSources()).isEmpty();
    }

    @Test
    void sourceThatCouldNotBeCheckedKeepsItsEarlierResult() throws IOException {
        stored.flip(stored.key("conf.tar.zst"));
        stored.damaged(VerifyLevel.CHECKSUM);
        bench.store.set(Fault.on(Call.READ, "conf.tar", Kind.UNREACHABLE));
        assertThat(stored.verify(VerifyLevel.CHECKSUM).reason()).isEqualTo(Reason.DESTINATION_UNREACHABLE);
        assertThat(stored.kept().damagedSources()).containsExactly("conf");
    }

    @Test
    void snapshotThatIsRemovedWhileTheResultIsWrittenLeavesNothing() throws IOException {
        for (Call call : List.of(Call.FIND, Call.PUT)) {
            List<byte[]> contents = new ArrayList<>();
            List<String> keys = bench.keys();
            for (String key : keys) {
                contents.add(bench.read(key));
            }
            boolean[] removed = {false};
            bench.store.set((at, key) -> {
                if (at == call && !removed[0]) {
                    removed[0] = true;
                    FolderRemoval.remove(stored.snapshot.folder(), bench.store);
                }
            });
            stored.verify(VerifyLevel.PRESENCE);
            bench.store.set(Fault.NONE);
            assertThat(removed[0]).isTrue();
            assertThat(bench.keys()).as(call.toString()).isEmpty();
            for (int i = 0; i < keys.size(); i++) {
                bench.store.put(keys.get(i), contents.get(i));
            }
        }
    }

    @Test
    void destinationThatTakesNothingKeepsTheOutcomeAndSaysSo() {
        bench.store.set(Fault.on(Call.PUT, "verified.json", Kind.ACCESS_DENIED));
        VerifyOutcome outcome = stored.verify(VerifyLevel.CHECKSUM);
        assertThat(outcome).isInstanceOf(VerifyOutcome.Verified.class);
        assertThat(outcome.notKept()).get().asString().contains("verified.json");
    }

    @Test
    void unusableResultIsWrittenAnewUnlessANewerVersionWroteIt() throws IOException {
        String key = stored.snapshot.folder().verificationKey();
        bench.store.put(key, "{".getBytes(StandardCharsets.UTF_8));
        assertThat(stored.verify(VerifyLevel.PRESENCE).notKept()).isEmpty();
        assertThat(stored.kept().checks()).hasSize(2);
        byte[] newer = "{\"formatVersion\": 7}".getBytes(StandardCharsets.UTF_8);
        bench.store.put(key, newer);
        assertThat(stored.verify(VerifyLevel.PRESENCE).notKept())
                .get()
                .asString()
                .contains("newer format 7");
        assertThat(bench.read(key)).isEqualTo(newer);
    }

    @Test
    void resultIsInTheWayOfNothing() throws IOException {
        stored.verify(VerifyLevel.CHECKSUM);
        assertThat(bench.snapshots())
                .containsExactly(
                        new CatalogueEntry.Snapshot(stored.snapshot.folder(), stored.snapshot.manifest(), true));
        assertThat(bench.backupThatSucceeds().folder()).isNotEqualTo(stored.snapshot.folder());
        OpenRuns.discard(bench.snapshots().get(1).folder(), bench.store);
        FolderRemoval.remove(stored.snapshot.folder(), bench.store);
        assertThat(bench.keys()).isEmpty();
    }
}
