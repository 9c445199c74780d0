package io.doksnap.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.doksnap.api.Reason;
import io.doksnap.snapshot.Identity;
import io.doksnap.store.ObjectStores;
import io.doksnap.testing.FaultyStore.Call;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyBackupTest {
    @TempDir
    private Path home;

    private Bench bench;

    @BeforeEach
    void open() throws IOException {
        bench = new Bench(home);
        bench.file("a.txt", "content");
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void attemptThatWasCutOffAfterItsCommitIsFoundByItsName() throws IOException {
        backup().attempt("0000aaaa").execute(new Cancellation());
        backup().attempt("0000bbbb").execute(new Cancellation());

        Optional<BackupOutcome.Succeeded> found = backup().committed(Set.of("0000bbbb", "0000cccc"));

        assertThat(found).hasValueSatisfying(succeeded -> {
            assertThat(succeeded.folder().id()).endsWith("_0000bbbb");
            assertThat(succeeded.reason()).isEqualTo(Reason.SUCCEEDED);
        });
        assertThat(backup().committed(Set.of("0000cccc"))).isEmpty();
    }

    @Test
    void destinationThatLacksWhatWasCommittedElsewhereIsNamed() throws IOException {
        backup().attempt("0000aaaa").execute(new Cancellation());
        bench.further.put("offsite", ObjectStores.memory(bench.clock));

        assertThat(backup().committed(Set.of("0000aaaa"))).hasValueSatisfying(succeeded -> {
            assertThat(succeeded.missed())
                    .extracting(BackupOutcome.Missed::destination, BackupOutcome.Missed::reason)
                    .containsExactly(tuple("offsite", Reason.INTERRUPTED));
            assertThat(succeeded.reason()).isEqualTo(Reason.SUCCEEDED_WITH_WARNINGS);
        });
    }

    /** Two policies are backed up at the same time: the second finds the note of the first, which is no leftover. */
    @Test
    void runThatIsUnderWayIsNoLeftoverOfACrash() {
        List<BackupOutcome> inner = new ArrayList<>();
        bench.store.set((call, key) -> {
            if (call == Call.COMMIT && key.contains("0000aaaa") && inner.isEmpty()) {
                inner.add(CompletableFuture.supplyAsync(
                                () -> backup().attempt("0000bbbb").execute(new Cancellation()))
                        .join());
            }
        });

        BackupOutcome outer = backup().attempt("0000aaaa").execute(new Cancellation());

        assertThat(inner).singleElement().isInstanceOf(BackupOutcome.Succeeded.class);
        assertThat(outer).isInstanceOf(BackupOutcome.Succeeded.class);
        assertThat(bench.snapshots()).hasSize(2);
    }

    private PolicyBackup backup() {
        List<BackupRun.Target> targets = new ArrayList<>(List.of(new BackupRun.Target("default", bench.store)));
        bench.further.forEach((name, store) -> targets.add(new BackupRun.Target(name, store)));
        return new PolicyBackup(
                bench.policy(),
                new Identity("host1", "default", "shop"),
                bench.encryption,
                new PolicyBackup.Writing("doksnap test", Optional.empty(), OptionalInt.empty()),
                targets,
                new BackupRun.Surroundings(bench.trees(), bench.workloads(), bench.data, bench.clock, bench.memory));
    }
}
