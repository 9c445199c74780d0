package io.doksnap.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.api.Reason;
import io.doksnap.store.ObjectStores;
import io.doksnap.store.StoreException;
import io.doksnap.store.StoreSettings;
import io.doksnap.testing.FaultyStore.Call;
import io.doksnap.testing.FaultyStore.Fault;
import io.doksnap.testing.StubbornStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What failed and interrupted runs leave, and who removes it when. */
class LeftoversTest {
    private static final String FOLDER = "backups/shop/host1/20261122_020000_00000001/";

    @TempDir
    private Path home;

    private Bench bench;

    @BeforeEach
    void setUp() throws IOException {
        bench = new Bench(home);
        bench.file("a.txt", "hello\n");
    }

    @AfterEach
    void tearDown() {
        bench.close();
    }

    @Test
    void manifestWhoseAnswerWasLostIsDecidedByTheNextRun() throws IOException {
        bench.store.set(Fault.loseAnswer(Call.PUT, "manifest.json"));
        BackupOutcome.Failed failed = bench.backupThatFails();
        assertThat(failed.reason()).isEqualTo(Reason.DESTINATION_UNREACHABLE);
        assertThat(failed.message()).endsWith("Whether the snapshot was committed will be seen at the next backup.");
        assertThat(bench.openRuns()).hasSize(1);

        bench.store.set(Fault.NONE);
        bench.backupThatSucceeds();
        assertThat(bench.openRuns()).isEmpty();
        assertThat(bench.snapshots()).hasSize(2);
        assertThat(bench.keys()).hasSize(10);
    }

    @Test
    void manifestThatNeverArrivedTakesItsObjectsWithItAtTheNextRun() throws IOException {
        bench.store.set(Fault.on(Call.PUT, "manifest.json", StoreException.Kind.UNREACHABLE));
        bench.backupThatFails();
        assertThat(bench.keys()).hasSize(4);

        bench.store.set(Fault.NONE);
        bench.backupThatSucceeds();
        assertThat(bench.snapshots()).hasSize(1);
        assertThat(bench.keys()).hasSize(5);
    }

    @Test
    void manifestThatABrokenServerMayStillTakeIsDecidedByTheNextRun() throws IOException {
        bench.store.set(Fault.on(Call.PUT, "manifest.json", StoreException.Kind.REFUSED));
        BackupOutcome.Failed failed = bench.backupThatFails();
        assertThat(failed.reason()).isEqualTo(Reason.UPLOAD_FAILED);
        assertThat(failed.message()).endsWith("Whether the snapshot was committed will be seen at the next backup.");
        assertThat(bench.openRuns()).hasSize(1);
        assertThat(bench.keys()).as("what the manifest would name").hasSize(4);
    }

    @Test
    void manifestThatWasRefusedForGoodTakesItsObjectsWithItAtOnce() throws IOException {
        for (StoreException.Kind kind : List.of(
                StoreException.Kind.ACCESS_DENIED,
                StoreException.Kind.DISK_FULL,
                StoreException.Kind.LOCKED,
                StoreException.Kind.BUCKET_NOT_FOUND)) {
            bench.store.set(Fault.on(Call.PUT, "manifest.json", kind));
            bench.backupThatFails();
            assertThat(bench.keys()).as(kind.toString()).isEmpty();
            assertThat(bench.openRuns()).isEmpty();
        }
    }

    @Test
    void manifestThatTheListingHasIsASnapshotWhateverASingleAnswerSays() throws IOException {
        bench.store.set(Fault.loseAnswer(Call.PUT, "manifest.json"));
        bench.backupThatFails();

        StubbornStore blind = new StubbornStore(bench.store);
        blind.hide(FOLDER + "manifest.json");
        bench.store.set(Fault.NONE);
        bench.use(blind);
        bench.backupThatSucceeds();
        assertThat(bench.openRuns()).isEmpty();
        assertThat(bench.snapshots()).hasSize(2);
    }

    @Test
    void whatCannotBeRemovedNowIsRemovedAtTheNextRun() throws IOException {
        bench.store.set((call, key) -> {
            if (call == Call.COMMIT || call == Call.DELETE) {
                throw Fault.failure(StoreException.Kind.ACCESS_DENIED, call, key);
            }
        });
        BackupOutcome.Failed failed = bench.backupThatFails();
        assertThat(failed.message())
                .isEqualTo("made to fail: COMMIT " + FOLDER + "files.tar.zst. What it had stored is removed at the next"
                        + " backup, as that failed now: made to fail: DELETE " + FOLDER + "manifest.json.");
        assertThat(bench.keys()).containsExactly(FOLDER + "run.json");
        assertThat(bench.openRuns()).hasSize(1);

        bench.store.set(Fault.NONE);
        bench.backupThatSucceeds();
        assertThat(bench.keys()).noneMatch(key -> key.startsWith(FOLDER));
        assertThat(bench.openRuns()).isEmpty();
    }

    @Test
    void destinationThatTookNothingLeavesNoNoteEachTime() throws IOException {
        bench.store.set((call, key) -> {
            throw Fault.failure(StoreException.Kind.BUCKET_NOT_FOUND, call, key);
        });
        assertThat(bench.backupThatFails().message()).isEqualTo("made to fail: PUT " + FOLDER + "run.json.");
        assertThat(bench.openRuns()).isEmpty();
    }

    @Test
    void destinationThatIsDownIsAskedOnceForAllLeftovers() throws IOException {
        bench.store.set((call, key) -> {
            throw Fault.failure(StoreException.Kind.UNREACHABLE, call, key);
        });
        bench.backupThatFails();
        bench.backupThatFails();
        int before = bench.store.calls().size();
        bench.backupThatFails();
        assertThat(bench.openRuns()).hasSize(3);
        // One for the leftovers, one to begin, one to clean up.
        assertThat(bench.store.calls()).hasSize(before + 3);
    }

    @Test
    void leftoversOfAnotherPlaceStayInMind() throws IOException {
        bench.store.set(Fault.on(Call.PUT, "manifest.json", StoreException.Kind.UNREACHABLE));
        bench.backupThatFails();
        bench.use(ObjectStores.open(new StoreSettings.Directory(bench.home.resolve("elsewhere"))));
        bench.backupThatSucceeds();
        assertThat(bench.openRuns()).hasSize(1);
    }

    @Test
    void foreignObjectsAreNeverTouched() throws IOException {
        bench.store.put("backups/shop/host1/20261122_020000_ffffffff/files.tar", new byte[9]);
        bench.store.put("somebody/else", new byte[9]);
        bench.store.set(Fault.on(Call.COMMIT, "files", StoreException.Kind.REFUSED));
        bench.backupThatFails();
        assertThat(bench.keys())
                .containsExactly("backups/shop/host1/20261122_020000_ffffffff/files.tar", "somebody/else");
    }
}
