package io.doksnap.run;

import static io.doksnap.run.WorkloadBench.docker;
import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.api.Reason;
import io.doksnap.docker.Container;
import io.doksnap.docker.Container.Health;
import io.doksnap.docker.Container.State;
import io.doksnap.docker.Mount;
import io.doksnap.policy.Hook.Action;
import io.doksnap.policy.Quiesce;
import io.doksnap.testing.FakeContainers.Crash;
import io.doksnap.testing.FakeContainers.CrashAt;
import io.doksnap.testing.FakeContainers.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What earlier runs have left, while others are under way: what is still down, and what held its volumes. */
class ReplayTest {
    @TempDir
    private Path home;

    private WorkloadBench bench;

    @BeforeEach
    void setUp() throws IOException {
        bench = new WorkloadBench(home);
        bench.docker.createVolume("db_data");
        for (String name : List.of("db", "web")) {
            bench.containers.add(
                    name,
                    State.RUNNING,
                    made -> new Container(
                            made.id(),
                            made.name(),
                            made.state(),
                            made.startedAt(),
                            0,
                            Health.NONE,
                            false,
                            made.grace(),
                            Map.of(),
                            "sha256:" + name,
                            List.of(Mount.volume(name + "_data", "/data"))));
        }
    }

    @AfterEach
    void tearDown() {
        bench.close();
    }

    @Test
    void whatAnotherRunIsAtWorkInIsLeftForLaterAndTheRestComesBackAtOnce() throws Exception {
        leaveStopped("db", "web");
        bench.stop("db");
        Workloads workloads = bench.workloads();
        Workload other = bench.open(workloads);
        other.awaitTurn();
        other.quiesce();

        WorkloadReport meanwhile = replayed(workloads);
        assertThat(meanwhile.isPostponed()).isTrue();
        assertThat(meanwhile.troubles()).isEmpty();
        assertThat(bench.containers.running()).containsExactly("web");
        assertThat(workloads.isAnyLeft()).isTrue();

        other.finish();
        assertThat(replayed(workloads).isPostponed()).isFalse();
        assertThat(bench.containers.running()).containsExactly("db", "web");
        assertThat(workloads.isAnyLeft()).isFalse();
        assertThat(bench.journals()).isEmpty();
    }

    @Test
    void serviceIsLeftForLaterAlsoWhereAHookOfTheOtherRunNamesIt() throws Exception {
        bench.services.run("cache", 2);
        bench.stopService("cache");
        crash();
        bench.target = Optional.empty();
        bench.quiesce = Quiesce.NONE;
        bench.pre.add(docker(Action.STOP, "cache"));
        Workloads workloads = bench.workloads();
        try (Workload other = bench.open(workloads)) {
            other.awaitTurn();
            other.quiesce();
            workloads.replay();
            assertThat(bench.services.replicas()).containsEntry("cache", 0L);
        }
        workloads.replay();
        assertThat(bench.services.replicas()).containsEntry("cache", 2L);
    }

    @Test
    void runWaitsForWhatIsBeingBroughtBack() throws Exception {
        leaveStopped("db");
        bench.stop("db");
        Workloads workloads = bench.workloads();
        bench.containers.set(Fault.then("start db", () -> {
            try (Workload other = bench.open(workloads)) {
                Thread.currentThread().interrupt();
                other.awaitTurn();
                throw new AssertionError("it had its turn");
            } catch (RunException e) {
                assertThat(e.reason()).isEqualTo(Reason.INTERRUPTED);
                assertThat(Thread.interrupted()).isTrue();
            }
        }));
        assertThat(workloads.replay().reason()).isEqualTo(Reason.RESTORED);
    }

    @Test
    void journalThatIsBeingWrittenIsNotTakenForOneThatMakesNoSense() throws Exception {
        Files.writeString(bench.data.path().resolve("workload-x.new"), "{\"formatV");
        Workloads workloads = bench.workloads();
        assertThat(workloads.isAnyLeft()).isFalse();
        assertThat(workloads.replayEach()).isEmpty();
    }

    @Test
    void journalThatCannotBeReadKeepsNothingElseDown() throws Exception {
        leaveStopped("db");
        Files.createDirectory(bench.data.path().resolve("workload-99999999_000000_x"));
        WorkloadReport report = bench.workloads().replay();
        assertThat(report.troubles())
                .singleElement()
                .satisfies(trouble -> assertThat(trouble.message())
                        .contains("workload-99999999_000000_x")
                        .contains("cannot be read"));
        assertThat(bench.containers.running()).contains("db");
    }

    @Test
    void holderMountsOnlyVolumesThatAreHere() throws Exception {
        bench.stop("db", "web");
        bench.run(() -> assertThat(bench.docker.holders().held().values())
                .containsExactlyInAnyOrder("sha256:db [db_data]", "sha256:web []"));
    }

    @Test
    void holderThatCouldNotBeRemovedIsCollectedByTheNextRunThatStopsAnything() throws Exception {
        bench.stop("db");
        bench.docker.holders().setStuck(true);
        bench.run();
        assertThat(bench.docker.holders().held()).hasSize(1);
        assertThat(bench.journals()).isEmpty();
        bench.docker.holders().setStuck(false);
        bench.stop("web");
        bench.run(() -> assertThat(bench.docker.holders().held().values()).containsExactly("sha256:web []"));
    }

    @Test
    void holderThatCouldNotBeRemovedIsCollectedAtTheNextStart() throws Exception {
        bench.stop("db");
        bench.docker.holders().setStuck(true);
        bench.run();
        bench.docker.holders().setStuck(false);
        bench.restart();
        assertThat(bench.docker.holders().held()).isEmpty();
    }

    @Test
    void holdersOfRunsUnderWayOfOthersAndOfWhatIsStillDownStay() throws Exception {
        leaveStopped("db");
        bench.docker.holders().hold("elsewhere", "another installation", "sha256:x", List.of());
        bench.stop("web");
        Workloads workloads = bench.workloads();
        Workload other = bench.open(workloads);
        other.awaitTurn();
        other.quiesce();
        bench.containers.set(Fault.refuse("start db"));
        workloads.replay();
        assertThat(bench.docker.holders().held().values())
                .containsExactlyInAnyOrder("sha256:db [db_data]", "sha256:x []", "sha256:web []");
        bench.containers.set(Fault.NONE);
        other.finish();
        workloads.replay();
        assertThat(bench.docker.holders().held()).containsOnlyKeys("elsewhere");
    }

    @Test
    void noHolderIsCollectedWhileAJournalCannotBeRead() throws Exception {
        bench.docker.holders().hold("lost", bench.data.id(), "sha256:x", List.of());
        Path unreadable = Files.writeString(bench.data.path().resolve("workload-x"), "{\"formatVersion\": 2}");
        bench.workloads().replay();
        assertThat(bench.docker.holders().held()).containsKey("lost");
        Files.delete(unreadable);
        bench.workloads().replay();
        assertThat(bench.docker.holders().held()).isEmpty();
    }

    private static WorkloadReport replayed(Workloads workloads) throws IOException {
        return Objects.requireNonNull(workloads.replayEach().get(new PolicyName("default", "shop")));
    }

    private void leaveStopped(String name, String... with) throws IOException, RunException {
        bench.stop(name, with);
        crash();
    }

    /** As a process that dies in the middle of the read. */
    private void crash() throws IOException, RunException {
        try {
            bench.run(() -> {
                bench.containers.set(new CrashAt(0, false));
                throw new Crash();
            });
        } catch (Crash e) {
            bench.containers.set(Fault.NONE);
        }
    }
}
