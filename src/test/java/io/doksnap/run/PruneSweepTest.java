package io.doksnap.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.api.Reason;
import io.doksnap.policy.Retention;
import io.doksnap.snapshot.Identity;
import io.doksnap.snapshot.RetentionRules;
import io.doksnap.snapshot.SnapshotFolder;
import io.doksnap.store.ObjectStores;
import io.doksnap.store.StoreSettings;
import io.doksnap.store.Upload;
import io.doksnap.testing.StubbornStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a prune does about runs that left no snapshot. */
class PruneSweepTest {
    private static final Identity SHOP = new Identity("host1", "default", "shop");
    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
    private static final RetentionRules EVERYTHING = new RetentionRules(Retention.KEEP_ALL, ZoneOffset.UTC);

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
    void sweepsRunsThatEndedLongAgoWithoutASnapshot() throws Exception {
        SnapshotFolder old = runs.unfinished(SHOP, "2026-11-01T02:00:00Z");
        @SuppressWarnings("resource")
        Upload upload = store.upload(old.key("data.tar.zst.001"));
        upload.write(new byte[10], 0, 10);

        PruneOutcome outcome = prune();

        assertThat(outcome.reason()).isEqualTo(Reason.PRUNED);
        assertThat(swept(outcome)).containsExactly(old);
        assertThat(store.deleted()).containsExactly(old.manifestKey(), old.key("data.tar.zst"), old.runRecordKey());
        assertThat(runs.keys()).isEmpty();
        assertThat(store.discardUploads("backups/")).isZero();
    }

    @Test
    void runIsSweptTwoDaysPastItsDeadlineAndNotBefore() throws Exception {
        Instant deadline = NOW.minus(Duration.ofDays(2));
        SnapshotFolder justNot =
                runs.unfinished(SHOP, deadline.minus(Duration.ofHours(12)).toString());
        SnapshotFolder just = runs.unfinished(
                SHOP, deadline.minus(Duration.ofHours(12)).minusSeconds(1).toString());

        assertThat(swept(prune())).containsExactly(just);
        assertThat(runs.keys()).containsExactly(justNot.key("data.tar.zst"), justNot.runRecordKey());
    }

    @Test
    void openRunIsNotSwept() throws Exception {
        SnapshotFolder open = runs.unfinished(SHOP, "2026-11-01T02:00:00Z");
        new OpenRuns(data).begin(store, open);

        assertThat(prune()).isInstanceOf(PruneOutcome.NothingToPrune.class);
        assertThat(runs.keys()).hasSize(2);
    }

    @Test
    void noteOfAnotherPlaceKeepsNothingFromBeingSwept() throws Exception {
        SnapshotFolder old = runs.unfinished(SHOP, "2026-11-01T02:00:00Z");
        new OpenRuns(data).begin(ObjectStores.open(new StoreSettings.Directory(directory.resolve("moved"))), old);
        assertThat(swept(prune())).containsExactly(old);
    }

    @Test
    void folderThatNobodyOwnsIsNotSwept() throws Exception {
        SnapshotFolder nobody = SnapshotFolder.create(SHOP, Instant.parse("2026-01-01T00:00:00Z"), "aa");
        store.put(nobody.key("data.tar.zst"), new byte[10]);
        SnapshotFolder unreadable = SnapshotFolder.create(SHOP, Instant.parse("2026-01-02T00:00:00Z"), "aa");
        store.put(unreadable.runRecordKey(), "{".getBytes(StandardCharsets.UTF_8));
        SnapshotFolder copied = SnapshotFolder.create(SHOP, Instant.parse("2026-01-03T00:00:00Z"), "aa");
        SnapshotFolder original = runs.unfinished(SHOP, "2026-11-20T02:00:00Z");
        store.put(copied.runRecordKey(), store.read(original.runRecordKey()).readAllBytes());

        assertThat(prune()).isInstanceOf(PruneOutcome.NothingToPrune.class);
        assertThat(runs.keys()).hasSize(5);
    }

    private PruneOutcome prune() {
        return new PruneRun(SHOP, EVERYTHING, store, CLOCK).execute(data, new Cancellation());
    }

    private static List<SnapshotFolder> swept(PruneOutcome outcome) {
        return ((PruneOutcome.Pruned) outcome).work().swept();
    }
}
