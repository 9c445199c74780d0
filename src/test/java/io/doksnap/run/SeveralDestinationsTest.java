package io.doksnap.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.api.Reason;
import io.doksnap.archive.ArchiveWriter;
import io.doksnap.policy.Source;
import io.doksnap.store.ObjectStore;
import io.doksnap.store.ObjectStores;
import io.doksnap.store.StoreException;
import io.doksnap.store.StoreSettings;
import io.doksnap.testing.FaultyStore;
import io.doksnap.testing.FaultyStore.Call;
import io.doksnap.testing.FaultyStore.Fault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One read, several destinations: each commits or fails on its own. */
@Timeout(60)
class SeveralDestinationsTest {
    @TempDir
    private Path home;

    private Bench bench;
    private FaultyStore offsite;

    @BeforeEach
    void setUp() throws IOException {
        bench = new Bench(home);
        bench.file("a.txt", "hello\n");
        offsite = further("offsite");
    }

    @AfterEach
    void tearDown() {
        bench.close();
    }

    @Test
    void everyDestinationGetsTheSameSnapshotFromOneRead() throws IOException {
        noise("big", 3);
        BackupOutcome.Succeeded succeeded = bench.backupThatSucceeds();
        assertThat(succeeded.reason()).isEqualTo(Reason.SUCCEEDED);
        assertThat(succeeded.reached())
                .extracting(BackupOutcome.Reached::destination)
                .containsExactly("default", "offsite");
        assertThat(succeeded.reached().get(1).manifest()).isEqualTo(succeeded.manifest());
        assertThat(contents(offsite)).isEqualTo(contents(bench.store));
        assertThat(bench.openRuns()).isEmpty();
        theOffsiteSnapshotIsRestored();
    }

    @Test
    void destinationsCutArchivesAsEachOfThemMust() throws IOException {
        noise("big", 3);
        bench.limitObjects(1 << 20);
        bench.backupThatSucceeds();
        assertThat(keys(bench.store)).hasSize(3 + 4 + 1);
        assertThat(keys(offsite)).hasSize(3 + 1 + 1);
        theOffsiteSnapshotIsRestored();
    }

    @TestFactory
    Stream<DynamicTest> whateverFailsInOneTheOtherIsCompleteAndTheOneHasNothing() {
        return Stream.of(
                        Fault.on(Call.PUT, "run.json", StoreException.Kind.ACCESS_DENIED),
                        Fault.on(Call.UPLOAD, "files", StoreException.Kind.ACCESS_DENIED),
                        Fault.on(Call.WRITE, "files", StoreException.Kind.ACCESS_DENIED),
                        atWrite(4),
                        Fault.on(Call.COMMIT, "files", StoreException.Kind.ACCESS_DENIED),
                        Fault.on(Call.FIND, "files", StoreException.Kind.ACCESS_DENIED),
                        Fault.on(Call.PUT, "manifest.json", StoreException.Kind.ACCESS_DENIED))
                .map(fault -> DynamicTest.dynamicTest("" + fault, () -> {
                    noise("big", 3);
                    bench.store.set(fault);
                    BackupOutcome.Succeeded succeeded = bench.backupThatSucceeds();
                    assertThat(succeeded.reason()).isEqualTo(Reason.SUCCEEDED_WITH_WARNINGS);
                    assertThat(succeeded.missed()).singleElement().satisfies(missed -> {
                        assertThat(missed.destination()).isEqualTo("default");
                        assertThat(missed.reason()).isEqualTo(Reason.ACCESS_DENIED);
                        assertThat(missed.message()).startsWith("made to fail");
                    });
                    assertThat(keys(bench.store)).isEmpty();
                    assertThat(bench.openRuns()).isEmpty();
                    theOffsiteSnapshotIsRestored();
                    delete(offsite);
                }));
    }

    @Test
    void whatOneThatIsGoneHasKeptIsRemovedAtTheNextRun() throws IOException {
        bench.store.set((call, key) -> {
            if (call == Call.WRITE || call == Call.DELETE) {
                throw Fault.failure(StoreException.Kind.UNREACHABLE, call, key);
            }
        });
        BackupOutcome.Succeeded succeeded = bench.backupThatSucceeds();
        assertThat(succeeded.missed())
                .singleElement()
                .satisfies(missed -> assertThat(missed.message())
                        .endsWith("What it may have stored is removed at the next backup."));
        assertThat(bench.openRuns()).hasSize(1);
        bench.store.set(Fault.NONE);
        assertThat(keys(bench.store)).hasSize(1);

        bench.backupThatSucceeds();
        assertThat(keys(bench.store)).hasSize(5);
        assertThat(keys(offsite)).hasSize(10);
        assertThat(bench.openRuns()).isEmpty();
    }

    @Test
    void lostAnswerOfOneManifestIsDecidedByTheNextRun() throws IOException {
        bench.store.set(Fault.loseAnswer(Call.PUT, "manifest.json"));
        BackupOutcome.Succeeded succeeded = bench.backupThatSucceeds();
        assertThat(succeeded.missed())
                .singleElement()
                .satisfies(missed -> assertThat(missed.message())
                        .endsWith("Whether the snapshot was committed will be seen at the next backup."));
        bench.store.set(Fault.NONE);
        bench.backupThatSucceeds();
        assertThat(bench.snapshots()).hasSize(2);
    }

    @Test
    void runFailsWhenEveryDestinationHasFailedAndSaysWhatEachSaid() throws IOException {
        bench.store.set(Fault.on(Call.COMMIT, "files", StoreException.Kind.ACCESS_DENIED));
        offsite.set(Fault.on(Call.PUT, "run.json", StoreException.Kind.UNREACHABLE));
        BackupOutcome.Failed failed = bench.backupThatFails();
        // The one that may pass by itself decides whether it is tried again.
        assertThat(failed.reason()).isEqualTo(Reason.DESTINATION_UNREACHABLE);
        assertThat(failed.message())
                .startsWith("no destination took it. default (AccessDenied): made to fail: COMMIT ")
                .contains(" offsite (DestinationUnreachable): made to fail: PUT ");
        assertThat(keys(bench.store)).isEmpty();
        assertThat(keys(offsite)).isEmpty();
    }

    @Test
    void secondNameOfOnePlaceIsRefusedAndLeavesTheSnapshotThereAlone() throws IOException {
        bench.further.put("mirror", new FaultyStore(bench.store));
        BackupOutcome.Succeeded succeeded = bench.backupThatSucceeds();
        assertThat(succeeded.missed()).singleElement().satisfies(missed -> {
            assertThat(missed.destination()).isEqualTo("mirror");
            assertThat(missed.reason()).isEqualTo(Reason.INVALID_SPEC);
            assertThat(missed.message()).contains("is the same place as another destination of this app");
        });
        assertThat(keys(bench.store)).hasSize(5);
        assertThat(bench.openRuns()).isEmpty();
    }

    @Test
    void sourceThatFailsLeavesNothingAnywhere() throws IOException {
        Path empty = Files.createDirectory(bench.home.resolve("empty"));
        bench.sources = List.of(
                new Source.Directory("one", bench.tree, List.of()), new Source.Directory("two", empty, List.of()));
        assertThat(bench.backupThatFails().reason()).isEqualTo(Reason.EMPTY_SOURCE);
        assertThat(keys(bench.store)).isEmpty();
        assertThat(keys(offsite)).isEmpty();
        assertThat(bench.openRuns()).isEmpty();
    }

    @Test
    void destinationThatFailedInOneSourceIsNotAskedForTheNext() throws IOException {
        bench.sources = List.of(
                new Source.Directory("one", bench.tree, List.of()), new Source.Directory("two", bench.tree, List.of()));
        bench.store.set(Fault.on(Call.COMMIT, "one", StoreException.Kind.ACCESS_DENIED));
        bench.backupThatSucceeds();
        assertThat(bench.store.calls()).noneMatch(call -> call.contains("two"));
        assertThat(keys(offsite)).hasSize(7);
    }

    @Test
    void cancelledInTheMiddleLeavesNothingAnywhere() throws IOException {
        noise("big", 3);
        Cancellation cancellation = new Cancellation();
        offsite.set((call, key) -> {
            if (call == Call.WRITE) {
                cancellation.cancel(Reason.CANCELLED);
                offsite.set(Fault.NONE);
            }
        });
        BackupOutcome outcome = bench.backupRun().execute(cancellation);
        assertThat(outcome)
                .isEqualTo(new BackupOutcome.Failed(
                        Reason.CANCELLED, "stopped before it was done; nothing was committed"));
        assertThat(keys(bench.store)).isEmpty();
        assertThat(keys(offsite)).isEmpty();
        assertThat(bench.openRuns()).isEmpty();
        assertThat(threads()).isEmpty();
    }

    @Test
    void slowDestinationHoldsTheOthersBackByNoMoreThanItsQueue() throws Exception {
        noise("big", 8);
        AtomicLong fast = new AtomicLong();
        CountDownLatch go = new CountDownLatch(1);
        offsite.set((call, key) -> {
            if (call == Call.WRITE) {
                fast.incrementAndGet();
            }
        });
        bench.store.set((call, key) -> {
            if (call == Call.WRITE) {
                await(go);
            }
        });
        Thread run = new Thread(() -> bench.backupThatSucceeds());
        run.start();
        // Four buffers in each queue, and one on each side of it.
        await(() -> fast.get() >= 4);
        assertThat(fast.get()).isLessThanOrEqualTo(6);
        go.countDown();
        run.join();
        assertThat(contents(offsite)).isEqualTo(contents(bench.store));
        assertThat(threads()).isEmpty();
    }

    @Test
    void destinationThatFailsWhileItsQueueIsFullLetsTheOthersGoOn() throws Exception {
        noise("big", 8);
        AtomicLong fast = new AtomicLong();
        offsite.set((call, key) -> {
            if (call == Call.WRITE) {
                fast.incrementAndGet();
            }
        });
        bench.store.set((call, key) -> {
            if (call == Call.WRITE) {
                await(() -> fast.get() >= 4);
                throw Fault.failure(StoreException.Kind.UNREACHABLE, call, key);
            }
        });
        assertThat(bench.backupThatSucceeds().missed()).hasSize(1);
        theOffsiteSnapshotIsRestored();
    }

    @Test
    void sourcesAtTheSameTimeKeepTheirOrderAndReachEveryDestination() throws IOException {
        bench.memory = new MemoryBudget(1 << 30, 1 << 30, 4);
        List<Source> sources = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            Path tree = Files.createDirectory(bench.home.resolve("tree" + i));
            Files.write(tree.resolve("file"), new byte[(6 - i) << 16]);
            sources.add(new Source.Directory("s" + i, tree, List.of()));
        }
        bench.sources = sources;
        BackupOutcome.Succeeded succeeded = bench.backupThatSucceeds();
        assertThat(succeeded.manifest().sources())
                .extracting(source -> source.name())
                .containsExactly("s0", "s1", "s2", "s3", "s4", "s5");
        assertThat(contents(offsite)).isEqualTo(contents(bench.store));
        assertThat(keys(offsite)).hasSize(3 + 6 * 2);
        assertThat(threads()).isEmpty();
    }

    @Test
    void sourceThatFailsStopsTheOthersAtOnce() throws Exception {
        bench.memory = new MemoryBudget(1 << 30, 1 << 30, 2);
        Path empty = Files.createDirectory(bench.home.resolve("empty"));
        CountDownLatch never = new CountDownLatch(1);
        bench.sources = List.of(
                new Source.Directory("stuck", bench.tree, List.of()), new Source.Directory("two", empty, List.of()));
        bench.store.set((call, key) -> {
            if (call == Call.WRITE && key.contains("stuck")) {
                await(never);
            }
        });
        assertThat(bench.backupThatFails().reason()).isEqualTo(Reason.EMPTY_SOURCE);
        assertThat(keys(bench.store)).isEmpty();
        assertThat(keys(offsite)).isEmpty();
        assertThat(threads()).isEmpty();
    }

    @Test
    void memoryDecidesHowManySourcesAreReadAtTheSameTime() {
        List<ObjectStore> two = List.of(bench.store, offsite);
        assertThat(MemoryBudget.of(144 << 20, 64 << 20, 64).sourcesAtOnce(two, false))
                .isEqualTo(1);
        assertThat(MemoryBudget.of(256 << 20, 64 << 20, 64).sourcesAtOnce(two, false))
                .isEqualTo(2);
        assertThat(MemoryBudget.of(1 << 30, 64 << 20, 64).sourcesAtOnce(two, false))
                .isEqualTo(4);
        assertThat(MemoryBudget.of(1 << 30, 64 << 20, 2).sourcesAtOnce(two, false))
                .isEqualTo(2);
        assertThat(MemoryBudget.of(1 << 30, 8 << 20, 64).sourcesAtOnce(two, false))
                .isEqualTo(1);
        long held = two.stream().mapToLong(ObjectStore::uploadBytes).sum() + ArchiveWriter.NATIVE_BYTES;
        MemoryBudget three = new MemoryBudget(2 * 3 * held, 1 << 30, 64);
        assertThat(three.sourcesAtOnce(two, false)).isEqualTo(three.sourcesAtOnce(two, true) + 1);
        assertThat(MemoryBudget.of(1, 1, 64).sourcesAtOnce(two, false)).isEqualTo(1);
    }

    private void theOffsiteSnapshotIsRestored() throws IOException {
        FaultyStore first = bench.store;
        bench.store = offsite;
        try {
            Path target = bench.home.resolve(
                    "restored" + bench.snapshots().get(0).folder().id());
            assertThat(bench.restore(new RestoreTarget.EmptyDirectory(target)))
                    .isInstanceOf(RestoreOutcome.Restored.class);
            assertThat(target.resolve("a.txt")).hasContent("hello\n");
        } finally {
            bench.store = first;
        }
    }

    private FaultyStore further(String name) {
        FaultyStore store =
                new FaultyStore(ObjectStores.open(new StoreSettings.Directory(bench.home.resolve("store-" + name))));
        bench.further.put(name, store);
        return store;
    }

    private static Fault atWrite(int number) {
        AtomicLong writes = new AtomicLong();
        return (call, key) -> {
            if (call == Call.WRITE && writes.incrementAndGet() >= number) {
                throw Fault.failure(StoreException.Kind.ACCESS_DENIED, call, key);
            }
        };
    }

    private void noise(String name, int mebibytes) throws IOException {
        byte[] noise = new byte[mebibytes << 20];
        new Random(1).nextBytes(noise);
        Files.write(bench.tree.resolve(name), noise);
    }

    private static List<String> keys(ObjectStore store) {
        List<String> keys = new ArrayList<>();
        try {
            store.list("", object -> keys.add(object.key()));
        } catch (StoreException e) {
            throw new UncheckedIOException(e);
        }
        return keys;
    }

    private static Map<String, Integer> contents(ObjectStore store) throws IOException {
        Map<String, Integer> contents = new TreeMap<>();
        for (String key : keys(store)) {
            try (var in = store.read(key)) {
                contents.put(key, Arrays.hashCode(in.readAllBytes()));
            }
        }
        return contents;
    }

    private static void delete(ObjectStore store) throws IOException {
        for (String key : keys(store)) {
            store.delete(key);
        }
    }

    /** Those of runs that should have ended. */
    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("doksnap-to-") || name.equals("doksnap-source"))
                .toList();
    }

    private static void await(CountDownLatch latch) throws StoreException {
        try {
            if (!latch.await(30, TimeUnit.SECONDS)) {
                throw new AssertionError("nobody let go");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException(StoreException.Kind.REFUSED, "interrupted", e);
        }
    }

    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            Thread.onSpinWait();
        }
    }
}
