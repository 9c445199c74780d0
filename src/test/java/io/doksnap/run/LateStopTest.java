package io.doksnap.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.doksnap.api.Reason;
import io.doksnap.docker.DockerException;
import io.doksnap.docker.DockerException.Kind;
import io.doksnap.testing.FakeContainers.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an engine was told to stop, and stops only when it has said that it failed: as a process that hangs in its disk. */
class LateStopTest {
    /** The grace of a container, and as long as an engine waits for the end of what it has killed. */
    private static final Duration UNTIL_REFUSED = Duration.ofSeconds(22);

    @TempDir
    private Path home;

    private WorkloadBench bench;

    @BeforeEach
    void setUp() throws IOException {
        bench = new WorkloadBench(home);
        bench.containers.run("db");
        bench.services.run("shop", 3);
    }

    @AfterEach
    void tearDown() {
        bench.close();
    }

    @Test
    void containerThatDiesWhileItIsWaitedForAfterAllIsStartedByTheRunItself() throws Exception {
        bench.stop("db");
        bench.containers.set(refusedLate("stop db"));
        dieAfter(UNTIL_REFUSED.plusSeconds(9));
        fails();
        assertThat(bench.containers.running()).contains("db");
        assertThat(bench.containers.calls()).containsOnlyOnce("start db");
        assertThat(bench.journals()).isEmpty();
    }

    @Test
    void containerThatDiesMinutesLaterIsStarted() throws Exception {
        bench.stop("db");
        bench.containers.set(refusedLate("stop db"));
        WorkloadReport failed = fails();
        assertThat(failed.warnings()).singleElement().asString().contains("still runs", "within 15 minutes");
        assertThat(failed.troubles()).isEmpty();
        Workloads workloads = bench.workloads();
        bench.clock.advance(Duration.ofMinutes(5));
        assertThat(workloads.replay().isPostponed()).isTrue();
        assertThat(workloads.isAnyLeft()).isTrue();
        bench.containers.stopByHand("db");
        bench.clock.advance(Duration.ofMinutes(5));
        assertThat(workloads.replay().reason()).isEqualTo(Reason.RESTORED);
        assertThat(bench.containers.running()).contains("db");
        assertThat(bench.journals()).isEmpty();
    }

    @Test
    void containerThatDiesWhileTheProgramIsAwayIsStartedAtItsNextStart() throws Exception {
        bench.stop("db");
        bench.containers.set(refusedLate("stop db"));
        fails();
        bench.containers.stopByHand("db");
        bench.clock.advance(Duration.ofHours(9));
        bench.restart();
        assertThat(bench.containers.running()).contains("db");
    }

    @Test
    void containerThatStaysUpIsForgottenInTheEnd() throws Exception {
        bench.stop("db");
        bench.containers.set(refusedLate("stop db"));
        fails();
        Workloads workloads = bench.workloads();
        assertThat(workloads.replay().isPostponed()).isTrue();
        bench.clock.advance(LateStops.WATCHED);
        WorkloadReport report = workloads.replay();
        assertThat(report.notes()).containsExactly("container db was not stopped after all");
        assertThat(bench.journals()).isEmpty();
        bench.containers.stopByHand("db");
        workloads.replay();
        assertThat(bench.containers.running()).as("somebody else stopped it").doesNotContain("db");
    }

    @Test
    void containerThatIsUpLongAfterIsForgottenByTheNextProcess() throws Exception {
        bench.stop("db");
        bench.containers.set(refusedLate("stop db"));
        fails();
        bench.clock.advance(LateStops.WATCHED);
        assertThat(bench.restart().isPostponed()).isFalse();
        assertThat(bench.journals()).isEmpty();
    }

    @Test
    void containerThatIsPausedAfterNobodyWaitedForItGoesOn() throws Exception {
        bench.pause("db");
        bench.containers.set(new Fault() {
            @Override
            public void before(String call) throws DockerException {
                if (call.equals("pause db")) {
                    bench.clock.advance(UNTIL_REFUSED);
                    throw new DockerException(Kind.UNAVAILABLE, "made to hang: " + call + ".", null);
                }
            }
        });
        fails();
        bench.containers.set(Fault.NONE);
        bench.containers.pause(bench.containers.get("db"));
        bench.workloads().replay();
        assertThat(bench.containers.calls()).endsWith("unpause db");
        assertThat(bench.journals()).isEmpty();
    }

    @Test
    void serviceThatIsScaledDownAfterNobodyWaitedForItIsScaledBack() throws Exception {
        bench.stopService("shop");
        bench.containers.set(refusedLate("scale shop 0"));
        fails();
        bench.containers.set(Fault.NONE);
        Workloads workloads = bench.workloads();
        assertThat(workloads.replay().isPostponed()).isTrue();
        bench.services.scale(bench.services.find("shop").orElseThrow(), 3, 0, Duration.ofSeconds(1));
        workloads.replay();
        assertThat(bench.services.find("shop").orElseThrow().replicas()).isEqualTo(3);
        assertThat(bench.journals()).isEmpty();
    }

    @Test
    void containerThatTheEngineWasNeverToldToStopIsForgottenAtOnce() throws Exception {
        bench.stop("db");
        String looked = "find " + bench.containers.get("db").id();
        boolean[] broken = {false};
        bench.containers.set(new Fault() {
            @Override
            public void before(String call) throws DockerException {
                if (call.equals(looked) && !broken[0]) {
                    broken[0] = true;
                    throw new DockerException(Kind.UNAVAILABLE, "made to break: " + call + ".", null);
                }
            }
        });
        WorkloadReport failed = fails();
        assertThat(broken[0]).isTrue();
        assertThat(failed.warnings()).isEmpty();
        assertThat(failed.notes()).containsExactly("container db was not stopped after all");
        assertThat(bench.containers.calls()).doesNotContain("stop db");
        assertThat(bench.journals()).isEmpty();
    }

    private Fault refusedLate(String refused) {
        return new Fault() {
            @Override
            public void before(String call) throws DockerException {
                if (call.equals(refused)) {
                    bench.clock.advance(UNTIL_REFUSED);
                    throw new DockerException(
                            Kind.REFUSED, "tried to kill it, but did not receive an exit event.", null);
                }
            }
        };
    }

    private void dieAfter(Duration time) {
        Instant death = bench.clock.instant().plus(time);
        boolean[] dead = {false};
        bench.whenTimePasses = () -> {
            if (!dead[0] && !bench.clock.instant().isBefore(death)) {
                dead[0] = true;
                bench.containers.stopByHand("db");
            }
        };
    }

    private WorkloadReport fails() throws IOException {
        try (Workload workload = bench.open()) {
            assertThatExceptionOfType(RunException.class)
                    .isThrownBy(() -> {
                        workload.awaitTurn();
                        workload.quiesce();
                    })
                    .matches(e -> e.reason() == Reason.QUIESCE_FAILED);
            workload.finish();
            return workload.report();
        }
    }
}
