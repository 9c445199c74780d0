package io.doksnap.run;

import static io.doksnap.run.WorkloadBench.docker;
import static io.doksnap.run.WorkloadBench.exec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.doksnap.api.Reason;
import io.doksnap.docker.Container.Health;
import io.doksnap.docker.DockerException;
import io.doksnap.docker.DockerException.Kind;
import io.doksnap.docker.ExecOutcome;
import io.doksnap.policy.Hook.Action;
import io.doksnap.testing.FakeContainers.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How soon a workload is back when there is no time left, and when its engine is away. */
@Timeout(60)
class WorkloadUrgencyTest {
    @TempDir
    private Path home;

    private WorkloadBench bench;

    @BeforeEach
    void setUp() throws IOException {
        bench = new WorkloadBench(home);
        bench.containers.run("db");
        bench.containers.run("web");
    }

    @AfterEach
    void tearDown() {
        bench.close();
    }

    /** A container's stop grace period is soon over. */
    @Test
    void runThatIsToEndWhileItWaitsForAHealthCheckStartsTheOthersAtOnce() throws Exception {
        bench.containers.run("worker");
        bench.containers.health("db", Health.STARTING);
        bench.stop("db", "web", "worker");
        Instant[] ended = {Instant.MAX, Instant.MAX};
        bench.whenTimePasses = () -> {
            if (bench.containers.calls().contains("start db") && bench.cancellation.reason() == null) {
                ended[0] = bench.clock.instant();
                bench.cancellation.cancel(Reason.INTERRUPTED);
            }
        };
        bench.containers.set(Fault.then("start web", () -> ended[1] = bench.clock.instant()));
        bench.run();
        assertThat(bench.containers.calls())
                .containsExactly("stop web", "stop worker", "stop db", "start db", "start worker", "start web");
        assertThat(Duration.between(ended[0], ended[1])).isLessThan(Duration.ofSeconds(2));
        assertThat(bench.journals()).isEmpty();
    }

    @Test
    void allAreStartedBeforeItIsSeenWhetherTheFirstStaysUp() throws Exception {
        bench.services.run("cache", 2);
        bench.stopService("cache", "web", "db");
        Instant[] ended = {Instant.MAX, Instant.MIN};
        bench.containers.set(new Fault() {
            @Override
            public void after(String call) {
                if (call.startsWith("start") || call.equals("scale cache 2")) {
                    ended[1] = bench.clock.instant();
                }
            }
        });
        assertThatExceptionOfType(RunException.class)
                .isThrownBy(() -> bench.run(() -> {
                    ended[0] = bench.clock.instant();
                    bench.cancellation.cancel(Reason.INTERRUPTED);
                }));
        assertThat(ended[1]).isEqualTo(ended[0]);
        assertThat(bench.containers.running()).hasSize(4);
        assertThat(bench.journals()).isEmpty();
    }

    @Test
    void runThatIsToEndDuringAPostHookBringsBackWhatALaterOneWasToStart() throws Exception {
        bench.pre.add(docker(Action.STOP, "web"));
        bench.post.add(docker(Action.START, "web"));
        bench.post.add(exec("db", "slow"));
        CountDownLatch back = new CountDownLatch(1);
        bench.containers.set(Fault.then("start web", back::countDown));
        bench.containers.exec(command -> {
            bench.cancellation.cancel(Reason.INTERRUPTED);
            return new ExecOutcome.Ended(sees(back) ? 0 : 1, "");
        });
        assertThat(bench.run().warnings()).isEmpty();
        assertThat(bench.containers.calls()).containsExactly("stop web", "exec db slow", "start web");
        assertThat(bench.journals()).isEmpty();
    }

    /** As on a network file system that is away: no interrupt ends such a read. */
    @Test
    void runThatIsToEndWhileItsReadHangsBringsTheWorkloadBackAllTheSame() {
        bench.stop("db");
        CountDownLatch back = new CountDownLatch(1);
        bench.containers.set(Fault.then("start db", back::countDown));
        assertThatExceptionOfType(RunException.class)
                .isThrownBy(() -> bench.run(() -> {
                    bench.cancellation.cancel(Reason.TIMED_OUT);
                    assertThat(sees(back)).isTrue();
                }))
                .matches(e -> e.reason() == Reason.TIMED_OUT);
        assertThat(bench.journals()).isEmpty();
    }

    private static boolean sees(CountDownLatch latch) {
        try {
            return latch.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            return false;
        }
    }

    /** They would start what another run keeps still. */
    @Test
    void runThatIsEndedBeforeItHadItsTurnCarriesOutNoPostHooks() throws Exception {
        bench.stop("db");
        Workloads workloads = bench.workloads();
        Workload first = bench.open(workloads);
        first.awaitTurn();
        first.quiesce();
        bench.post.add(docker(Action.START, "db"));
        Workload second = bench.open(workloads);
        Thread[] waiting = new Thread[1];
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<Boolean> done = CompletableFuture.supplyAsync(() -> {
            waiting[0] = Thread.currentThread();
            begun.countDown();
            try (second) {
                second.awaitTurn();
                return true;
            } catch (RunException e) {
                return false;
            }
        });
        assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
        waiting[0].interrupt();
        assertThat(done.get(20, TimeUnit.SECONDS)).isFalse();
        assertThat(bench.containers.calls()).containsExactly("stop db");
        first.finish();
        assertThat(bench.containers.calls()).containsExactly("stop db", "start db");
    }

    /** A restart of dockerd takes some seconds, and up to a minute or so where it has much to stop. */
    @Test
    void engineThatIsRestartedWhileTheWorkloadIsDownIsWaitedFor() throws Exception {
        bench.stop("db");
        Instant[] until = {Instant.MIN};
        bench.containers.set(away(until));
        assertThatExceptionOfType(RunException.class)
                .isThrownBy(
                        () -> bench.run(() -> until[0] = bench.clock.instant().plusSeconds(75)))
                .matches(e -> e.reason() == Reason.QUIESCE_FAILED);
        assertThat(bench.containers.running()).contains("db");
        assertThat(bench.journals()).isEmpty();
    }

    @Test
    void engineThatIsAwayForLongIsNotWaitedForByARunThatIsToEnd() throws Exception {
        bench.stop("db");
        Instant[] until = {Instant.MIN};
        bench.containers.set(away(until));
        Instant[] begun = {Instant.MIN};
        assertThatExceptionOfType(RunException.class)
                .isThrownBy(() -> bench.run(() -> {
                    begun[0] = bench.clock.instant();
                    until[0] = begun[0].plusSeconds(1000);
                    bench.cancellation.cancel(Reason.INTERRUPTED);
                }));
        assertThat(Duration.between(begun[0], bench.clock.instant())).isLessThan(Duration.ofSeconds(20));
        assertThat(bench.journals()).hasSize(1);
        bench.clock.advance(Duration.ofSeconds(1000));
        assertThat(bench.workloads().isAnyLeft()).isTrue();
        assertThat(bench.workloads().replay().reason()).isEqualTo(Reason.RESTORED);
        assertThat(bench.workloads().isAnyLeft()).isFalse();
    }

    private Fault away(Instant[] until) {
        return new Fault() {
            @Override
            public void before(String call) throws DockerException {
                if (bench.clock.instant().isBefore(until[0])) {
                    throw new DockerException(Kind.UNAVAILABLE, "made to be away: " + call + ".", null);
                }
            }
        };
    }

    @Test
    void failureThatNobodyHasThoughtOfKeepsOnlyTheOneDownAndNoTurnTaken() throws Exception {
        bench.stop("db", "web");
        bench.containers.set(new Fault() {
            @Override
            public void before(String call) {
                if (call.equals("start db")) {
                    throw new IllegalStateException("made to be unexpected");
                }
            }
        });
        WorkloadReport report = bench.run();
        assertThat(report.reason()).isEqualTo(Reason.START_FAILED);
        assertThat(report.troubles())
                .singleElement()
                .satisfies(trouble -> assertThat(trouble.message())
                        .contains("container db was stopped, and cannot be started")
                        .contains("made to be unexpected"));
        assertThat(bench.containers.running()).containsExactly("web");
        assertThat(bench.journals()).hasSize(1);
        assertThat(List.of(bench.restart().reason())).containsExactly(Reason.RESTORED);
    }
}
