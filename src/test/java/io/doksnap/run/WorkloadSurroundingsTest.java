package io.doksnap.run;

import static io.doksnap.run.WorkloadBench.docker;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.doksnap.api.Reason;
import io.doksnap.docker.Container;
import io.doksnap.docker.Container.State;
import io.doksnap.docker.Mount;
import io.doksnap.policy.Hook.Action;
import io.doksnap.policy.NoStopWindows;
import io.doksnap.policy.Quiesce;
import io.doksnap.testing.FakeContainers.Crash;
import io.doksnap.testing.FakeContainers.CrashAt;
import io.doksnap.testing.FakeContainers.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run minds of the rest of its host while something is stopped: cleanups, and other runs. */
class WorkloadSurroundingsTest {
    @TempDir
    private Path home;

    private WorkloadBench bench;

    @BeforeEach
    void setUp() throws IOException {
        bench = new WorkloadBench(home);
        bench.services.run("db", 3);
    }

    @AfterEach
    void tearDown() {
        bench.close();
    }

    @Test
    void imageAndVolumesOfWhatIsStoppedAreHeldFromBeforeItIsStoppedUntilItIsBack() throws Exception {
        bench.containers.add(
                "web",
                State.RUNNING,
                web -> new Container(
                        web.id(),
                        web.name(),
                        web.state(),
                        web.startedAt(),
                        0,
                        web.health(),
                        false,
                        web.grace(),
                        Map.of(),
                        "sha256:web",
                        List.of(Mount.volume("web_data", "/data"))));
        bench.docker.createVolume("web_data");
        bench.docker.createVolume("db-data");
        bench.stopService("db", "web");
        bench.containers.set(Fault.then(
                "scale db 0", () -> assertThat(bench.docker.holders().held()).containsValue("db:1 [db-data]")));
        bench.run(() -> assertThat(bench.docker.holders().held().values())
                .containsExactlyInAnyOrder("db:1 [db-data]", "sha256:web [web_data]"));
        assertThat(bench.docker.holders().held()).isEmpty();

        leaveDown();
        assertThat(bench.docker.holders().held()).hasSize(1);
        bench.restart();
        assertThat(bench.docker.holders().held()).isEmpty();
    }

    @Test
    void runsInOneWorkloadWaitForEachOtherWhateverTheyCallIt() throws Exception {
        bench.stopService("db");
        Workloads workloads = bench.workloads();
        Workload first = bench.open(workloads);
        first.awaitTurn();
        first.quiesce();
        bench.target = Optional.empty();
        bench.quiesce = Quiesce.NONE;
        bench.pre.add(docker(Action.STOP, "db"));
        Workload second = bench.open(workloads);
        CompletableFuture<String> done = CompletableFuture.supplyAsync(() -> {
            try (second) {
                second.awaitTurn();
                second.quiesce();
                return "had its turn";
            } catch (IOException | RunException e) {
                return e.toString();
            }
        });
        assertThat(done).isNotDone();
        assertThat(bench.containers.calls()).containsExactly("scale db 0");
        first.finish();
        assertThat(done.get(30, TimeUnit.SECONDS)).isEqualTo("had its turn");
        first.close();
        assertThat(bench.containers.calls()).containsExactly("scale db 0", "scale db 3", "scale db 0", "scale db 3");
    }

    @Test
    void nothingIsStoppedInTheWindowsOfDokployOrShortlyBefore() throws Exception {
        bench.services.run("dokploy", 1);
        timeIs("2026-11-22T23:40:00Z");
        bench.stopService("db");
        WorkloadReport report = bench.run(
                () -> assertThat(bench.clock.instant()).isAfterOrEqualTo(Instant.parse("2026-11-23T00:15:00Z")));
        assertThat(report.notes()).anyMatch(note -> note.contains("nothing is stopped or paused within 23:45-00:15 Z"));

        timeIs("2026-11-23T23:40:00Z");
        bench.noStops = Optional.of(NoStopWindows.NONE);
        bench.run(() -> assertThat(bench.clock.instant()).isBefore(Instant.parse("2026-11-23T23:45:00Z")));
    }

    /** By which clock Dokploy goes cannot be told from outside. */
    @Test
    void windowsOfDokployAreThoseOfThePolicysZoneAndOfUtc() throws Exception {
        bench.services.run("dokploy", 1);
        bench.zone = ZoneId.of("Europe/Istanbul");
        bench.stopService("db");
        for (String begin : List.of("2026-11-22T20:40:00Z", "2026-11-22T23:50:00Z")) {
            timeIs(begin);
            bench.run(() -> assertThat(bench.clock.instant())
                    .isAfterOrEqualTo(Instant.parse(begin).plus(Duration.ofMinutes(25))));
        }
    }

    @Test
    void noStopLastsIntoAWindow() throws Exception {
        NoStops noStops = new NoStops(
                bench.docker, Optional.of(NoStopWindows.DOKPLOY), bench.clock, time -> bench.clock.advance(time));
        timeIs("2026-11-22T23:30:00Z");
        assertThat(noStops.await(ZoneOffset.UTC, Optional.empty(), new WorkloadReport(), bench.cancellation))
                .contains(Duration.ofMinutes(15));
        timeIs("2026-11-22T23:44:00Z");
        assertThat(noStops.await(
                        ZoneOffset.UTC, Optional.of(Duration.ofSeconds(30)), new WorkloadReport(), bench.cancellation))
                .contains(Duration.ofMinutes(1));
        assertThat(noStops.await(ZoneOffset.UTC, Optional.empty(), new WorkloadReport(), bench.cancellation))
                .contains(Duration.ofMinutes(23 * 60 + 30));
    }

    @Test
    void runThatIsEndedWhileItWaitsForAWindowTouchesNothing() {
        bench.services.run("dokploy", 1);
        timeIs("2026-11-22T23:50:00Z");
        bench.stopService("db");
        bench.whenTimePasses = () -> bench.cancellation.cancel(Reason.TIMED_OUT);
        assertThatExceptionOfType(RunException.class)
                .isThrownBy(bench::run)
                .matches(e -> e.reason() == Reason.TIMED_OUT);
        assertThat(bench.containers.calls()).isEmpty();
    }

    private void timeIs(String instant) {
        bench.clock.advance(Duration.between(bench.clock.instant(), Instant.parse(instant)));
    }

    /** As a process that dies in the middle of the read leaves it. */
    private void leaveDown() throws IOException, RunException {
        bench.stopService("db");
        try {
            bench.run(() -> {
                bench.containers.set(new CrashAt(0, false));
                throw new Crash();
            });
        } catch (Crash e) {
            bench.containers.set(Fault.NONE);
        }
        assertThat(bench.services.replicas()).containsEntry("db", 0L);
    }
}
