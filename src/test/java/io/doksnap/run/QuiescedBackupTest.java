package io.doksnap.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.api.Reason;
import io.doksnap.docker.Container.State;
import io.doksnap.docker.ExecOutcome;
import io.doksnap.docker.Mount;
import io.doksnap.policy.Hook;
import io.doksnap.policy.HookStep;
import io.doksnap.policy.Hooks;
import io.doksnap.policy.NoStopWindows;
import io.doksnap.policy.Quiesce;
import io.doksnap.policy.Source;
import io.doksnap.policy.Target;
import io.doksnap.policy.TimeWindow;
import io.doksnap.store.StoreException.Kind;
import io.doksnap.testing.FakeContainers.Fault;
import io.doksnap.testing.FaultyStore;
import io.doksnap.testing.FaultyStore.Call;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A whole backup around a workload that is stopped for it. */
@Timeout(60)
class QuiescedBackupTest {
    @TempDir
    private Path home;

    private Bench bench;

    @BeforeEach
    void setUp() throws IOException {
        bench = new Bench(home);
        bench.file("a.txt", "hello\n");
        bench.docker.containers().run("shop");
        bench.target = Optional.of(new Target.Container("shop"));
        bench.quiesce = stop(Optional.empty());
    }

    private static Quiesce stop(Optional<Duration> maxDowntime) {
        return new Quiesce(Quiesce.Mode.STOP, Duration.ofMinutes(5), Quiesce.Release.AUTO, maxDowntime, List.of());
    }

    @AfterEach
    void tearDown() {
        bench.close();
    }

    @Test
    void sourceIsReadWhileItsWorkloadIsStoppedAndTheManifestIsWrittenAfterItCameBack() throws IOException {
        List<String> seen = new ArrayList<>();
        bench.store.set((call, key) -> seen.add(call + " while " + state()));
        BackupOutcome.Succeeded succeeded = bench.backupThatSucceeds();
        assertThat(succeeded.reason()).isEqualTo(Reason.SUCCEEDED);
        assertThat(seen)
                .startsWith("PUT while RUNNING", "UPLOAD while EXITED")
                .contains("WRITE while EXITED", "COMMIT while EXITED")
                .endsWith("FIND while RUNNING", "PUT while RUNNING");
        assertThat(bench.docker.containers().calls()).containsExactly("stop shop", "start shop");
        assertThat(journals()).isEmpty();
    }

    @TestFactory
    Stream<DynamicTest> whateverFailsAfterTheStopTheWorkloadIsStartedBeforeTheStoreIsCleanedUp() {
        return Stream.of(Call.UPLOAD, Call.WRITE, Call.COMMIT)
                .map(wrong -> DynamicTest.dynamicTest(wrong.name(), () -> {
                    List<String> cleaning = new ArrayList<>();
                    bench.store.set((call, key) -> {
                        FaultyStore.Fault.on(wrong, "files", Kind.ACCESS_DENIED).before(call, key);
                        if (call == Call.DISCARD || call == Call.DELETE) {
                            cleaning.add(state());
                        }
                    });
                    assertThat(bench.backupThatFails().reason()).isEqualTo(Reason.ACCESS_DENIED);
                    assertThat(cleaning).isNotEmpty().containsOnly("RUNNING");
                    assertThat(state()).isEqualTo("RUNNING");
                    assertThat(journals()).isEmpty();
                }));
    }

    @TestFactory
    Stream<DynamicTest> cancelledAtAnyMomentTheWorkloadIsStarted() {
        return Stream.of(Call.PUT, Call.UPLOAD, Call.WRITE, Call.COMMIT)
                .map(moment -> DynamicTest.dynamicTest(moment.name(), () -> {
                    Cancellation cancellation = new Cancellation();
                    bench.store.set((call, key) -> {
                        if (call == moment) {
                            cancellation.cancel(Reason.CANCELLED);
                        }
                    });
                    assertThat(bench.backupRun().execute(cancellation).reason()).isEqualTo(Reason.CANCELLED);
                    assertThat(state()).isEqualTo("RUNNING");
                    assertThat(journals()).isEmpty();
                    assertThat(Thread.interrupted()).isFalse();
                }));
    }

    @Test
    void emptySourceLeavesTheWorkloadRunning() throws IOException {
        Files.delete(bench.tree.resolve("a.txt"));
        assertThat(bench.backupThatFails().reason()).isEqualTo(Reason.EMPTY_SOURCE);
        assertThat(state()).isEqualTo("RUNNING");
    }

    @Test
    void stalledDestinationKeepsTheWorkloadDownNoLongerThanItsLimit() throws Exception {
        bench.quiesce = stop(Optional.of(Duration.ofMillis(50)));
        CountDownLatch running = new CountDownLatch(1);
        bench.docker.containers().set(Fault.then("start shop", running::countDown));
        bench.store.set((call, key) -> {
            if (call == Call.WRITE) {
                // Does not even react to an interrupt, before the workload runs again.
                boolean interrupted = false;
                while (running.getCount() > 0) {
                    try {
                        running.await();
                    } catch (InterruptedException e) {
                        interrupted = true;
                    }
                }
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        });
        BackupOutcome.Failed failed = bench.backupThatFails();
        assertThat(failed.reason()).isEqualTo(Reason.TIMED_OUT);
        assertThat(failed.message()).contains("maxDowntime").contains("nothing was committed");
        assertThat(state()).isEqualTo("RUNNING");
        assertThat(bench.keys()).isEmpty();
        assertThat(journals()).isEmpty();
    }

    @Test
    void sourceWhoseWorkloadCameBackIsReadOnceMore() throws IOException {
        somebodyStartsItDuringTheRead(1);
        BackupRun run = bench.backupRun();
        BackupOutcome outcome = run.execute(new Cancellation());
        assertThat(outcome).isInstanceOf(BackupOutcome.Succeeded.class);
        assertThat(run.workload().notes())
                .anyMatch(note -> note.contains("shop was started or changed by somebody else while it was read")
                        && note.contains("read once more"));
        assertThat(bench.docker.containers().calls()).containsExactly("stop shop", "stop shop", "start shop");
        assertThat(bench.store.calls().stream().filter(call -> call.startsWith("COMMIT") && call.contains(".tar")))
                .hasSize(1);
    }

    @Test
    void sourceWhoseWorkloadRanForAMomentIsReadOnceMoreAndStaysAsItWasLeft() throws IOException {
        AtomicInteger left = new AtomicInteger(1);
        bench.store.set((call, key) -> {
            if (call == Call.WRITE && state().equals("EXITED") && left.getAndDecrement() > 0) {
                bench.docker.containers().startByHand("shop");
                bench.docker.containers().stopByHand("shop");
            }
        });
        BackupRun run = bench.backupRun();
        assertThat(run.execute(new Cancellation())).isInstanceOf(BackupOutcome.Succeeded.class);
        assertThat(run.workload().notes()).anyMatch(note -> note.contains("read once more"));
        assertThat(state()).isEqualTo("EXITED");
        assertThat(journals()).isEmpty();
    }

    @Test
    void sourceWhoseWorkloadComesBackEachTimeIsNotCommitted() throws IOException {
        somebodyStartsItDuringTheRead(2);
        BackupOutcome.Failed failed = bench.backupThatFails();
        assertThat(failed.reason()).isEqualTo(Reason.QUIESCE_FAILED);
        assertThat(failed.message()).contains("shop").contains("find out what starts it");
        assertThat(bench.snapshots()).isEmpty();
        assertThat(state()).isEqualTo("RUNNING");
        assertThat(journals()).isEmpty();
    }

    private void somebodyStartsItDuringTheRead(int times) {
        AtomicInteger left = new AtomicInteger(times);
        bench.store.set((call, key) -> {
            if (call == Call.WRITE && state().equals("EXITED") && left.getAndDecrement() > 0) {
                bench.docker.containers().startByHand("shop");
            }
        });
    }

    @Test
    void whenItComesBackEverythingThatIsBeingReadIsReadAgain() throws IOException {
        Path other = Files.createDirectory(bench.home.resolve("other"));
        Files.writeString(other.resolve("b.txt"), "world\n");
        bench.sources = List.of(
                new Source.Directory("one", bench.tree, List.of()), new Source.Directory("two", other, List.of()));
        somebodyStartsItDuringTheRead(1);
        assertThat(bench.backupThatSucceeds().manifest().sources()).hasSize(2);
        assertThat(state()).isEqualTo("RUNNING");
    }

    @Test
    void failingPreHookFailsTheRunAndThePostAndFailureHooksRunAllTheSame() throws IOException {
        bench.quiesce = Quiesce.NONE;
        bench.hooks = new Hooks(
                List.of(exec("flush"), exec("never")), List.of(exec("last"), exec("first")), List.of(exec("alarm")));
        bench.docker
                .containers()
                .exec(command -> command.program().equals("flush")
                        ? new ExecOutcome.Ended(3, "some\ncannot flush: disk on fire\n")
                        : new ExecOutcome.Ended(0, ""));
        BackupOutcome.Failed failed = bench.backupThatFails();
        assertThat(failed.reason()).isEqualTo(Reason.HOOK_FAILED);
        assertThat(failed.message())
                .contains("the pre hook 'docker exec shop flush' failed: exit code 3")
                .contains("cannot flush: disk on fire");
        assertThat(bench.docker.containers().calls())
                .containsExactly("exec shop flush", "exec shop first", "exec shop last", "exec shop alarm");
    }

    @Test
    void failingPostHookIsAWarningOfASnapshotThatIsThereAndTheWorkloadRuns() throws IOException {
        bench.hooks = new Hooks(List.of(), List.of(exec("resume")), List.of(exec("alarm")));
        bench.docker.containers().exec(command -> new ExecOutcome.Ended(1, "no"));
        BackupRun run = bench.backupRun();
        BackupOutcome outcome = run.execute(new Cancellation());
        assertThat(outcome.reason()).isEqualTo(Reason.SUCCEEDED_WITH_WARNINGS);
        assertThat(run.workload().warnings())
                .containsExactly("the post hook 'docker exec shop resume' failed: exit code 1; it said: no");
        assertThat(state()).isEqualTo("RUNNING");
        assertThat(bench.docker.containers().calls()).doesNotContain("exec shop alarm");
    }

    @Test
    void workloadThatCannotBeStartedIsTheLoudestThingAndIsTriedAgainAtTheNextStart() throws IOException {
        bench.docker.containers().set(Fault.refuse("start shop"));
        BackupRun run = bench.backupRun();
        BackupOutcome outcome = run.execute(new Cancellation());
        assertThat(outcome.reason()).isEqualTo(Reason.SUCCEEDED_WITH_WARNINGS);
        assertThat(run.workload().reason()).isEqualTo(Reason.START_FAILED);
        assertThat(run.workload().troubles())
                .singleElement()
                .satisfies(trouble -> assertThat(trouble.message())
                        .contains("container shop was stopped, and cannot be started: made to fail"));
        assertThat(journals()).hasSize(1);

        bench.docker.containers().set(Fault.NONE);
        WorkloadReport replayed = bench.workloads().replay();
        assertThat(replayed.reason()).isEqualTo(Reason.RESTORED);
        assertThat(state()).isEqualTo("RUNNING");
        assertThat(journals()).isEmpty();
    }

    @Test
    void workloadOfASourceThatIsNotThereIsNotTouched() throws IOException {
        bench.sources = List.of(new Source.Directory("files", bench.home.resolve("none"), List.of()));
        assertThat(bench.backupThatFails().reason()).isEqualTo(Reason.SOURCE_NOT_FOUND);
        assertThat(bench.docker.containers().calls()).isEmpty();
    }

    /** A run may wait for hours for its turn, or for the end of a window in which nothing may be stopped. */
    @Test
    void whatIsReadIsWhatTheWorkloadMountsOnceItsTurnHasCome() throws IOException {
        bench.noStops = Optional.of(new NoStopWindows(List.of(new TimeWindow(LocalTime.of(1, 0), LocalTime.of(4, 0)))));
        bench.sources = List.of(new Source.Mount("data", "/data", List.of()));
        deploy("shop_old", "a");
        bench.whenTimePasses = () -> {
            bench.whenTimePasses = () -> {};
            deploy("shop_new", "a", "b");
        };
        BackupOutcome.Succeeded succeeded = bench.backupThatSucceeds();
        assertThat(succeeded.reached().get(0).manifest().sources())
                .singleElement()
                .satisfies(source -> assertThat(source.files()).isEqualTo(2));
        assertThat(succeeded.reached().get(0).manifest().started())
                .isAfterOrEqualTo(Instant.parse("2026-11-22T04:00:00Z"));
        assertThat(state()).isEqualTo("RUNNING");
    }

    private void deploy(String volume, String... files) {
        try {
            Path data = bench.docker.createVolume(volume).mountpoint();
            for (String file : files) {
                Files.writeString(data.resolve(file), file);
            }
            bench.docker
                    .containers()
                    .add("shop", State.RUNNING, made -> made.withMounts(Mount.volume(volume, "/data")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void workloadIsNotTouchedWhenItsJournalCannotBeWritten() throws IOException {
        Files.createDirectories(bench.data.path().resolve("workload-00000001.new/x"));
        BackupOutcome.Failed failed = bench.backupThatFails();
        assertThat(failed.reason()).isEqualTo(Reason.STATE_UNUSABLE);
        assertThat(bench.docker.containers().calls()).isEmpty();
        assertThat(state()).isEqualTo("RUNNING");
    }

    private static HookStep exec(String program) {
        return HookStep.of(new Hook.Exec(List.of(program), Optional.of("shop")));
    }

    private String state() {
        return bench.docker.containers().get("shop").state().name();
    }

    private List<String> journals() throws IOException {
        try (Stream<Path> files = Files.list(bench.data.path())) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> name.startsWith("workload-"))
                    .toList();
        }
    }

    @Test
    void containerThatWasStoppedStaysStopped() throws IOException {
        bench.docker.containers().add("shop", State.EXITED);
        BackupRun run = bench.backupRun();
        assertThat(run.execute(new Cancellation()).reason()).isEqualTo(Reason.SUCCEEDED);
        assertThat(run.workload().reason()).isEqualTo(Reason.NOT_QUIESCED);
        assertThat(bench.docker.containers().calls()).isEmpty();
        assertThat(state()).isEqualTo("EXITED");
    }
}
