package io.doksnap.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.doksnap.api.Reason;
import io.doksnap.docker.Container;
import io.doksnap.docker.Container.Health;
import io.doksnap.docker.Container.State;
import io.doksnap.docker.Mount;
import io.doksnap.policy.Quiesce;
import io.doksnap.policy.Target;
import io.doksnap.testing.FakeContainers.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What counts as still while it is read, whoever has made it so. */
class StillnessTest {
    private static final String READ_ONCE_MORE = "it was read once more";

    @TempDir
    private Path home;

    private WorkloadBench bench;

    @BeforeEach
    void setUp() throws IOException {
        bench = new WorkloadBench(home);
    }

    @AfterEach
    void tearDown() {
        bench.close();
    }

    /** Reads; something happens in the middle of the first read. */
    private WorkloadReport readWhile(Runnable happens) throws IOException, RunException {
        AtomicInteger reads = new AtomicInteger();
        WorkloadReport report = bench.run(() -> {
            if (reads.incrementAndGet() == 1) {
                happens.run();
            } else {
                assertThat(bench.containers.running()).isEmpty();
            }
        });
        assertThat(reads).hasValue(2);
        assertThat(report.notes()).anyMatch(note -> note.contains(READ_ONCE_MORE));
        assertThat(bench.journals()).isEmpty();
        return report;
    }

    @Test
    void containerThatWasFoundStoppedAndThatSomebodyStartsIsStoppedAndReadOnceMoreAndRunsAfterwards() throws Exception {
        bench.containers.add("db", State.EXITED);
        bench.stop("db");
        readWhile(() -> bench.containers.startByHand("db"));
        assertThat(bench.containers.calls()).containsExactly("stop db", "start db");
        assertThat(bench.containers.running()).containsExactly("db");
    }

    @Test
    void containerThatWasFoundStoppedAndRanForAMomentIsReadOnceMoreAndStaysStopped() throws Exception {
        bench.containers.add("db", State.EXITED);
        bench.stop("db");
        readWhile(() -> {
            bench.containers.startByHand("db");
            bench.containers.stopByHand("db");
        });
        assertThat(bench.containers.calls()).isEmpty();
    }

    @Test
    void containerThatWasFoundStoppedAndIsReplacedByOneThatRunsIsReadOnceMore() throws Exception {
        bench.containers.add("db", State.EXITED);
        bench.stop("db");
        readWhile(() -> bench.containers.run("db"));
        assertThat(bench.containers.running()).containsExactly("db");
    }

    @Test
    void containerThatWasFoundPausedAndIsLetGoOnOrStoppedIsReadOnceMore() throws Exception {
        bench.containers.add("db", State.PAUSED);
        bench.stop("db");
        readWhile(() -> bench.containers.unpauseByHand("db"));
        assertThat(bench.containers.running()).containsExactly("db");

        bench.containers.add("db", State.PAUSED);
        readWhile(() -> bench.containers.stopByHand("db"));
    }

    @Test
    void serviceThatWasFoundAtNothingAndIsScaledIsReadOnceMore() throws Exception {
        bench.services.run("db", 0);
        bench.stopService("db");
        readWhile(() -> bench.services.scaleByHand("db", 2));
        assertThat(bench.services.replicas()).containsEntry("db", 2L);

        bench.services.scaleByHand("db", 0);
        readWhile(() -> {
            bench.services.scaleByHand("db", 1);
            bench.services.scaleByHand("db", 0);
        });
        assertThat(bench.services.replicas()).containsEntry("db", 0L);
    }

    @Test
    void tasksOfAServiceThatSomebodyElseHasJustScaledToNothingAreWaitedFor() throws Exception {
        bench.services.run("db", 2);
        bench.services.linger("db", 40);
        bench.services.scaleByHand("db", 0);
        assertThat(bench.containers.running()).hasSize(2);
        bench.stopService("db");
        bench.run(() -> assertThat(bench.containers.running()).isEmpty());
        assertThat(bench.services.replicas()).containsEntry("db", 0L);
    }

    @Test
    void pausedServiceWhoseTasksAreReplacedIsPausedAndReadOnceMore() throws Exception {
        bench.services.run("db", 2);
        bench.pauseService("db");
        readWhile(() -> bench.services.redeployByHand("db", 2));
        assertThat(bench.containers.running()).hasSize(2);
    }

    @Test
    void pausedServiceThatGetsMoreTasksIsPausedAndReadOnceMore() throws Exception {
        bench.services.run("db", 1);
        bench.pauseService("db");
        readWhile(() -> bench.services.scaleByHand("db", 3));
        assertThat(bench.containers.running()).hasSize(3);
    }

    /** Whoever removes it lets it go on first. */
    @Test
    void pausedContainerThatIsRemovedIsNotTakenToHaveBeenStill() {
        bench.containers.run("db");
        bench.pause("db");
        assertThatExceptionOfType(RunException.class)
                .isThrownBy(() -> bench.run(() -> bench.containers.remove("db")))
                .withMessageContaining("there is no container db")
                .matches(e -> e.reason() == Reason.QUIESCE_FAILED);
    }

    @Test
    void containerThatJoinsTheTargetIsStoppedAndReadOnceMoreAndRunsAfterwards() throws Exception {
        Map<String, String> labels = Map.of("com.docker.compose.project", "shop", "com.docker.compose.service", "db");
        bench.containers.add("shop-db-1", State.RUNNING, made -> made.withLabels(labels));
        bench.target = Optional.of(new Target.Compose("shop", "db"));
        bench.quiesce = new Quiesce(
                Quiesce.Mode.STOP, Duration.ofMinutes(5), Quiesce.Release.AUTO, Optional.empty(), List.of());
        readWhile(() -> bench.containers.add("shop-db-2", State.RUNNING, made -> made.withLabels(labels)));
        assertThat(bench.containers.running()).containsExactly("shop-db-1", "shop-db-2");
    }

    @Test
    void containerThatIsRestartedRightBeforeItIsStoppedComesBack() throws Exception {
        for (String moment : List.of("stop db", "pause db")) {
            bench.containers.run("db");
            if (moment.startsWith("stop")) {
                bench.stop("db");
            } else {
                bench.pause("db");
            }
            bench.containers.set(new Fault() {
                @Override
                public void before(String call) {
                    if (call.equals(moment)) {
                        bench.containers.startByHand("db");
                    }
                }
            });
            WorkloadReport report = bench.run();
            assertThat(report.reason()).isEqualTo(Reason.RESTORED);
            assertThat(report.notes()).noneMatch(note -> note.contains(READ_ONCE_MORE));
            assertThat(bench.containers.running()).containsExactly("db");
            assertThat(bench.journals()).isEmpty();
        }
    }

    @Test
    void containerThatSomebodyStopsOrRestartsWhileItsVolumesAreBeingKeptIsAsTheyLeftItAfterwards() throws Exception {
        with("sha256:db");
        bench.stop("db");
        bench.docker.holders().whenHeld(() -> bench.containers.stopByHand("db"));
        assertThat(bench.run().reason()).isEqualTo(Reason.NOT_QUIESCED);
        assertThat(bench.containers.get("db").state()).isEqualTo(State.EXITED);
        assertThat(bench.docker.holders().held()).isEmpty();
        assertThat(bench.journals()).isEmpty();

        with("sha256:db");
        bench.docker.holders().whenHeld(() -> bench.containers.startByHand("db"));
        assertThat(bench.run().reason()).isEqualTo(Reason.RESTORED);
        assertThat(bench.containers.running()).containsExactly("db");
    }

    private void with(String image) {
        bench.containers.add(
                "db",
                State.RUNNING,
                db -> new Container(
                        db.id(),
                        db.name(),
                        db.state(),
                        db.startedAt(),
                        0,
                        Health.NONE,
                        false,
                        db.grace(),
                        Map.of(),
                        image,
                        List.of(Mount.volume("db_data", "/data"))));
    }
}
