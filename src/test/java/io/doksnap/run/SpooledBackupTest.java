package io.doksnap.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.api.Reason;
import io.doksnap.policy.Compression;
import io.doksnap.policy.Hook;
import io.doksnap.policy.HookStep;
import io.doksnap.policy.Hooks;
import io.doksnap.policy.Quiesce;
import io.doksnap.policy.Quiesce.Release;
import io.doksnap.policy.Source;
import io.doksnap.policy.Target;
import io.doksnap.store.ObjectStores;
import io.doksnap.store.StoreException;
import io.doksnap.store.StoreException.Kind;
import io.doksnap.testing.FakeContainers.Fault;
import io.doksnap.testing.FaultyStore;
import io.doksnap.testing.FaultyStore.Call;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Backups whose destination is slower than their disk, around a workload that is stopped for them. */
@Timeout(60)
class SpooledBackupTest {
    private static final int MEGABYTES = 5;
    private static final long PLENTY = 100L * Spool.SLOT;

    @TempDir
    private Path home;

    private final CountDownLatch runsAgain = new CountDownLatch(1);
    private final Queue<String> seen = new ConcurrentLinkedQueue<>();
    private Bench bench;
    private SpoolSpace space;
    private long room;

    @BeforeEach
    void setUp() throws IOException {
        bench = new Bench(home);
        fill(bench.tree);
        bench.compression = Compression.NONE;
        bench.docker.containers().run("shop");
        bench.target = Optional.of(new Target.Container("shop"));
        bench.docker.containers().set(Fault.then("start shop", runsAgain::countDown));
        releasing(Release.AUTO, PLENTY);
    }

    private static void fill(Path tree) throws IOException {
        byte[] bytes = new byte[MEGABYTES << 20];
        new Random(5).nextBytes(bytes);
        Files.write(tree.resolve("random"), bytes);
    }

    private void releasing(Release release, long most) {
        bench.quiesce = new Quiesce(Quiesce.Mode.STOP, Duration.ofMinutes(5), release, Optional.empty(), List.of());
        room = most;
        space = new SpoolSpace(home.resolve("spool"), OptionalLong.of(most));
        bench.spool = Optional.of(space);
    }

    /** A destination that takes nothing before the workload runs again: without a spool both would wait for ever. */
    private FaultyStore.Fault takesNothingWhileItIsDown() {
        return (call, key) -> {
            if (call == Call.WRITE || call == Call.COMMIT) {
                try {
                    runsAgain.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new StoreException(Kind.UNREACHABLE, "interrupted", e);
                }
                seen.add(call + " while " + state());
            }
        };
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        bench.close();
        assertThat(threads()).isEmpty();
        assertThat(space.take(room)).as("all room was given back").isTrue();
        assertThat(filesInTheSpool()).isEmpty();
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.equals("doksnap-unspool"))
                .toList();
    }

    private List<Path> filesInTheSpool() throws IOException {
        if (!Files.exists(space.directory())) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(space.directory())) {
            return files.toList();
        }
    }

    private String state() {
        return bench.docker.containers().get("shop").state().name();
    }

    @Test
    void workloadRunsAgainWhenAllIsReadAndTheUploadGoesOnFromTheSpool() throws IOException {
        bench.store.set(takesNothingWhileItIsDown());
        bench.backupThatSucceeds();
        assertThat(seen)
                .contains("WRITE while RUNNING", "COMMIT while RUNNING")
                .noneMatch(line -> line.endsWith("EXITED"));
        assertThat(bench.docker.containers().calls()).containsExactly("stop shop", "start shop");
        bench.store.set(FaultyStore.Fault.NONE);
        assertThat(bench.restore(new RestoreTarget.EmptyDirectory(home.resolve("back"))))
                .isInstanceOf(RestoreOutcome.Restored.class);
        assertThat(home.resolve("back").resolve("random")).hasSameBinaryContentAs(bench.tree.resolve("random"));
    }

    @Test
    void hooksThatStopAndStartTheContainerAreAroundTheReadAlone() throws IOException {
        bench.quiesce = Quiesce.NONE;
        bench.hooks = new Hooks(List.of(docker(Hook.Action.STOP)), List.of(docker(Hook.Action.START)), List.of());
        bench.store.set(takesNothingWhileItIsDown());
        bench.backupThatSucceeds();
        assertThat(seen).isNotEmpty().allMatch(line -> line.endsWith("RUNNING"));
    }

    private static HookStep docker(Hook.Action action) {
        return HookStep.of(new Hook.Docker(action, "shop"));
    }

    @Test
    void downtimeIsTheReadAndNotTheUpload() throws IOException {
        assertThat(secondsDown(Release.AUTO)).isZero();
        assertThat(secondsDown(Release.AFTER_UPLOAD)).isGreaterThanOrEqualTo(MEGABYTES);
    }

    /** A megabyte takes the destination a second, by the clock that a test sets. */
    private long secondsDown(Release release) throws IOException {
        releasing(release, PLENTY);
        CountDownLatch started = new CountDownLatch(release == Release.AUTO ? 1 : 0);
        Map<String, Instant> moments = new ConcurrentHashMap<>();
        bench.docker.containers().set(new Fault() {
            @Override
            public void after(String call) {
                moments.put(call, bench.clock.instant());
                if (call.startsWith("start")) {
                    started.countDown();
                }
            }
        });
        AtomicInteger writes = new AtomicInteger();
        bench.store.set((call, key) -> {
            if (call == Call.WRITE && key.contains(".tar")) {
                try {
                    started.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                writes.incrementAndGet();
                bench.clock.advance(Duration.ofMillis((Spool.CHUNK * 1000L) >> 20));
            }
        });
        bench.backupThatSucceeds();
        assertThat(writes).hasValueGreaterThanOrEqualTo(MEGABYTES * 4);
        return Duration.between(moments.get("stop shop"), moments.get("start shop"))
                .toSeconds();
    }

    @Test
    void manySourcesAreAllReadBeforeTheFirstIsStoredAndComeInTheirOrder() throws IOException {
        Path other = Files.createDirectory(bench.home.resolve("other"));
        fill(other);
        bench.sources = List.of(
                new Source.Directory("one", bench.tree, List.of()),
                new Source.Directory("two", other, List.of()),
                new Source.Directory("three", bench.tree, List.of()));
        bench.store.set(takesNothingWhileItIsDown());
        assertThat(bench.backupThatSucceeds().manifest().sources())
                .extracting(source -> source.name())
                .containsExactly("one", "two", "three");
        assertThat(bench.store.calls().stream().filter(call -> call.startsWith("COMMIT") && call.contains(".tar")))
                .extracting(call -> call.replaceAll(".*/", ""))
                .containsExactly("one.tar", "two.tar", "three.tar");
    }

    @Test
    void oneSlowDestinationOfTwoDoesNotKeepTheWorkloadDown() throws IOException {
        FaultyStore slow = new FaultyStore(ObjectStores.memory(bench.clock));
        slow.set(takesNothingWhileItIsDown());
        bench.further.put("slow", slow);
        BackupOutcome.Succeeded succeeded = bench.backupThatSucceeds();
        assertThat(succeeded.reached("slow")).isTrue();
        assertThat(succeeded.reached("default")).isTrue();
        assertThat(seen).isNotEmpty().allMatch(line -> line.endsWith("RUNNING"));
    }

    @Test
    void spoolThatIsFullHoldsTheReadingBackAndSaysSo() throws IOException {
        releasing(Release.AUTO, 2L * Spool.SLOT);
        BackupRun run = bench.backupRun();
        slowUntilTheSpoolIsFull();
        assertThat(run.execute(new Cancellation()).reason()).isEqualTo(Reason.SUCCEEDED);
        assertThat(run.workload().notes())
                .anyMatch(note -> note.contains("at the pace of the upload")
                        && note.contains(space.directory().toString())
                        && note.contains("was full"));
        assertThat(state()).isEqualTo("RUNNING");
    }

    @Test
    void spoolThatIsFullIsAWarningWhereAfterReadWasAskedFor() throws IOException {
        releasing(Release.AFTER_READ, 2L * Spool.SLOT);
        BackupRun run = bench.backupRun();
        slowUntilTheSpoolIsFull();
        assertThat(run.execute(new Cancellation()).reason()).isEqualTo(Reason.SUCCEEDED_WITH_WARNINGS);
        assertThat(run.workload().warnings())
                .singleElement()
                .asString()
                .contains("at the pace of the upload", "was full", "spool.max");
    }

    /** The destination takes nothing before the thread that reads has to wait for it. */
    private void slowUntilTheSpoolIsFull() {
        Thread reading = Thread.currentThread();
        bench.store.set((call, key) -> {
            if (call == Call.UPLOAD && key.contains(".tar")) {
                while (!waitsForTheSpool(reading) && !Thread.currentThread().isInterrupted()) {
                    Thread.onSpinWait();
                }
            }
        });
    }

    private static boolean waitsForTheSpool(Thread thread) {
        return thread.getState() == Thread.State.WAITING
                && Stream.of(thread.getStackTrace())
                        .anyMatch(frame -> frame.getClassName().equals(Spool.class.getName()));
    }

    @Test
    void afterReadWithoutASpoolIsAWarning() throws IOException {
        releasing(Release.AFTER_READ, 0);
        BackupRun run = bench.backupRun();
        assertThat(run.execute(new Cancellation()).reason()).isEqualTo(Reason.SUCCEEDED_WITH_WARNINGS);
        assertThat(run.workload().warnings()).singleElement().asString().contains("spool.max is 0");
    }

    @Test
    void nothingIsSpooledWhereNothingWaitsOrTheUploadIsToBeWaitedFor() throws IOException {
        releasing(Release.AFTER_UPLOAD, PLENTY);
        bench.store.set((call, key) -> seen.add(call + " while " + state()));
        bench.backupThatSucceeds();
        assertThat(seen).contains("COMMIT while EXITED");
        bench.quiesce = Quiesce.NONE;
        bench.store.set((call, key) -> assertThat(threads()).isEmpty());
        bench.backupThatSucceeds();
        assertThat(space.directory()).doesNotExist();
    }

    @Test
    void uploadThatFailsAfterTheWorkloadCameBackFailsTheBackupAndCleansUp() throws IOException {
        bench.store.set((call, key) -> {
            takesNothingWhileItIsDown().before(call, key);
            FaultyStore.Fault.on(Call.COMMIT, "files", Kind.ACCESS_DENIED).before(call, key);
        });
        assertThat(bench.backupThatFails().reason()).isEqualTo(Reason.ACCESS_DENIED);
        assertThat(bench.docker.containers().calls()).containsExactly("stop shop", "start shop");
        assertThat(bench.keys()).isEmpty();
    }

    @Test
    void uploadThatFailsWhileItIsReadBringsTheWorkloadBackAtOnce() throws IOException {
        releasing(Release.AUTO, 2L * Spool.SLOT);
        bench.store.set(FaultyStore.Fault.on(Call.WRITE, "files", Kind.ACCESS_DENIED));
        assertThat(bench.backupThatFails().reason()).isEqualTo(Reason.ACCESS_DENIED);
        assertThat(state()).isEqualTo("RUNNING");
        assertThat(bench.keys()).isEmpty();
    }

    @Test
    void readThatFailsEndsTheUploadsThatAreUnderWayAndIsTheOnlyReason() throws IOException {
        bench.sources = List.of(
                new Source.Directory("one", bench.tree, List.of()),
                new Source.Directory("two", Files.createDirectory(bench.home.resolve("empty")), List.of()));
        CountDownLatch never = new CountDownLatch(1);
        bench.store.set((call, key) -> {
            if (call == Call.WRITE && key.contains(".tar")) {
                try {
                    never.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new StoreException(Kind.UNREACHABLE, "interrupted", e);
                }
            }
        });
        BackupOutcome.Failed failed = bench.backupThatFails();
        assertThat(failed.reason()).isEqualTo(Reason.EMPTY_SOURCE);
        assertThat(failed.message()).doesNotContain("interrupted");
        assertThat(state()).isEqualTo("RUNNING");
        assertThat(bench.keys()).isEmpty();
    }

    @Test
    void cancelledWhileItIsUploadedFromTheSpoolNothingIsLeft() throws IOException {
        Cancellation cancellation = new Cancellation();
        bench.store.set((call, key) -> {
            takesNothingWhileItIsDown().before(call, key);
            if (call == Call.WRITE) {
                cancellation.cancel(Reason.CANCELLED);
            }
        });
        assertThat(bench.backupRun().execute(cancellation).reason()).isEqualTo(Reason.CANCELLED);
        assertThat(state()).isEqualTo("RUNNING");
        assertThat(bench.keys()).isEmpty();
    }

    @Test
    void sourceWhoseWorkloadCameBackIsReadOnceMoreAndStoredOnce() throws IOException {
        AtomicInteger times = new AtomicInteger(1);
        bench.store.set((call, key) -> {
            if (call == Call.UPLOAD && key.contains(".tar") && times.getAndDecrement() > 0) {
                bench.docker.containers().startByHand("shop");
            }
        });
        releasing(Release.AUTO, 2L * Spool.SLOT);
        BackupRun run = bench.backupRun();
        assertThat(run.execute(new Cancellation())).isInstanceOf(BackupOutcome.Succeeded.class);
        assertThat(run.workload().notes()).anyMatch(note -> note.contains("read once more"));
        assertThat(bench.store.calls().stream().filter(call -> call.startsWith("COMMIT") && call.contains(".tar")))
                .hasSize(1);
    }
}
