package io.doksnap.run;

import static io.doksnap.run.WorkloadBench.docker;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.doksnap.api.Reason;
import io.doksnap.docker.Container.State;
import io.doksnap.docker.Service;
import io.doksnap.docker.Service.Mode;
import io.doksnap.docker.Services.Role;
import io.doksnap.policy.Hook.Action;
import io.doksnap.policy.Quiesce;
import io.doksnap.policy.Target;
import io.doksnap.testing.FakeContainers.Crash;
import io.doksnap.testing.FakeContainers.CrashAt;
import io.doksnap.testing.FakeContainers.Fault;
import io.doksnap.testing.FakeServices;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run does to Swarm services, and what it leaves alone. */
class ServiceWorkloadTest {
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
    void serviceIsScaledToNothingAndBackToWhatItHad() throws Exception {
        bench.stopService("db");
        WorkloadReport report =
                bench.run(() -> assertThat(bench.containers.running()).isEmpty());
        assertThat(bench.containers.calls()).containsExactly("scale db 0", "scale db 3");
        assertThat(report.reason()).isEqualTo(Reason.RESTORED);
        assertThat(report.notes()).containsExactly("service db runs again with 3 replicas");
        assertThat(bench.journals()).isEmpty();
    }

    @Test
    void dependantsOfAnyKindAreStoppedFirstAndStartedLast() throws Exception {
        bench.containers.run("web");
        bench.services.run("worker", 2);
        bench.stopService("db", "web", "worker");
        bench.run();
        assertThat(bench.containers.calls())
                .containsExactly(
                        "stop web", "scale worker 0", "scale db 0", "scale db 3", "scale worker 2", "start web");
    }

    @Test
    void serviceStandsForItsTaskHoweverThatIsNamed() throws Exception {
        bench.stop("db.2");
        bench.run();
        assertThat(bench.containers.calls()).containsExactly("scale db 0", "scale db 3");
    }

    @Test
    void labelsOfServicesCountAlsoWhereNoTaskRuns() throws Exception {
        Map<String, String> labels = Map.of("tier", "data");
        bench.services.add("cache", Mode.REPLICATED, 2, service -> labelled(service, labels));
        bench.stop("any");
        bench.target = Optional.of(new Target.MatchLabels(labels));
        bench.run();
        assertThat(bench.containers.calls()).containsExactly("scale cache 0", "scale cache 2");
    }

    private static Service labelled(Service service, Map<String, String> labels) {
        return new Service(
                service.id(),
                service.name(),
                service.mode(),
                service.replicas(),
                service.version(),
                service.updatedAt(),
                Map.of(),
                labels,
                service.mounts(),
                service.image(),
                service.grace());
    }

    @Test
    void serviceWithoutReplicasIsLeftSo() throws Exception {
        bench.services.scaleByHand("db", 0);
        bench.stopService("db");
        bench.post.add(docker(Action.START, "db"));
        WorkloadReport report = bench.run();
        assertThat(bench.containers.calls()).isEmpty();
        assertThat(report.reason()).isEqualTo(Reason.NOT_QUIESCED);
        assertThat(report.warnings()).isEmpty();
    }

    @Test
    void hooksThatStopAndStartAServiceScaleIt() throws Exception {
        bench.pre.add(docker(Action.STOP, "db"));
        bench.post.add(docker(Action.START, "db"));
        WorkloadReport report =
                bench.run(() -> assertThat(bench.services.replicas()).containsEntry("db", 0L));
        assertThat(bench.containers.calls()).containsExactly("scale db 0", "scale db 3");
        assertThat(report.warnings()).isEmpty();
    }

    @Test
    void hookThatWouldLeaveAServiceDownForEverIsRefused() throws Exception {
        bench.services.run("web", 0);
        bench.post.add(docker(Action.STOP, "db"));
        bench.post.add(docker(Action.START, "web"));
        assertThat(bench.run().warnings())
                .anyMatch(warning -> warning.contains("service db would stay so"))
                .anyMatch(warning -> warning.contains("service web has 0 replicas"));
        assertThat(bench.services.replicas()).isEqualTo(Map.of("db", 3L, "web", 0L));
    }

    @Test
    void somebodyWhoScalesItMeanwhileIsLeftHisWay() throws Exception {
        leaveDown();
        bench.services.scaleByHand("db", 5);
        WorkloadReport report = bench.restart();
        assertThat(report.reason()).isEqualTo(Reason.REDEPLOYED);
        assertThat(report.warnings()).singleElement().asString().contains("it stays as they want it");
        assertThat(bench.services.replicas()).containsEntry("db", 5L);
        assertThat(bench.journals()).isEmpty();
    }

    @Test
    void whatWasReadWhileSomebodyRedeployedItIsReadAgain() throws Exception {
        bench.stopService("db");
        int[] reads = {0};
        WorkloadReport report = bench.run(() -> {
            if (reads[0]++ == 0) {
                bench.services.redeployByHand("db", 2);
            }
        });
        assertThat(reads[0]).isEqualTo(2);
        assertThat(report.notes())
                .anyMatch(note -> note.contains("service db was started or changed by somebody else"));
        assertThat(bench.containers.calls()).containsExactly("scale db 0", "scale db 0", "scale db 2");
        assertThat(bench.services.get("db").image()).isEqualTo("db:1+");
    }

    @Test
    void whatWasReadWhileItWasUpForAMomentIsReadAgainAndItStillComesBack() throws Exception {
        bench.stopService("db");
        int[] reads = {0};
        bench.run(() -> {
            if (reads[0]++ == 0) {
                bench.services.scaleByHand("db", 1);
                bench.services.scaleByHand("db", 0);
            }
        });
        assertThat(reads[0]).isEqualTo(2);
        assertThat(bench.services.replicas()).containsEntry("db", 3L);
    }

    @Test
    void serviceChangedButStillDownAfterACrashIsScaledBack() throws Exception {
        leaveDown();
        bench.services.redeployByHand("db", 0);
        assertThat(bench.restart().reason()).isEqualTo(Reason.RESTORED);
        assertThat(bench.services.replicas()).containsEntry("db", 3L);
        assertThat(bench.services.get("db").image()).isEqualTo("db:1+");
    }

    @Test
    void serviceRemovedMeanwhileIsSaidLoudlyAndAnotherOfItsNameIsLeftAlone() throws Exception {
        bench.stopService("db");
        WorkloadReport report = bench.run(() -> bench.services.removeByHand("db"));
        assertThat(report.reason()).isEqualTo(Reason.SCALE_UP_FAILED);
        assertThat(bench.journals()).isEmpty();

        bench.services.run("db", 1);
        leaveDown();
        bench.services.removeByHand("db");
        bench.services.run("db", 2);
        assertThat(bench.restart().reason()).isEqualTo(Reason.REDEPLOYED);
        assertThat(bench.services.replicas()).containsEntry("db", 2L);
    }

    @Test
    void lostAnswersOfTheEngineChangeNothing() throws Exception {
        bench.stopService("db");
        for (String lost : new String[] {"scale db 0", "scale db 3"}) {
            bench.containers.set(Fault.loseAnswer(lost));
            try {
                assertThat(bench.run().reason()).isEqualTo(Reason.RESTORED);
            } catch (RunException e) {
                assertThat(e.reason()).isEqualTo(Reason.QUIESCE_FAILED);
            }
            bench.containers.set(Fault.NONE);
            assertThat(bench.services.replicas()).containsEntry("db", 3L);
            assertThat(bench.containers.running()).hasSize(3);
            assertThat(bench.journals()).isEmpty();
        }
    }

    @Test
    void serviceThatCannotBeScaledBackIsLoudAndTriedAgain() throws Exception {
        bench.stopService("db");
        bench.containers.set(Fault.refuse("scale db 3"));
        WorkloadReport report = bench.run();
        assertThat(report.reason()).isEqualTo(Reason.SCALE_UP_FAILED);
        assertThat(report.troubles().get(0).message())
                .contains("service db was scaled to 0, and cannot be scaled back to 3");
        assertThat(bench.restart().reason()).isEqualTo(Reason.RESTORED);
        assertThat(bench.services.replicas()).containsEntry("db", 3L);
    }

    @Test
    void serviceWhoseImageIsGoneIsSaidToBeSoAndComesBackWithIt() throws Exception {
        bench.stopService("db");
        WorkloadReport report = bench.run(() -> {
            bench.docker.removeImage("db:1");
            bench.services.fail("db", true);
        });
        assertThat(report.reason()).isEqualTo(Reason.IMAGE_GONE);
        assertThat(report.troubles().get(0).message()).contains("db:1").contains("docker image prune -a");
        assertThat(bench.journals()).hasSize(1);

        assertThat(bench.restart().reason()).isEqualTo(Reason.IMAGE_GONE);
        bench.services.fail("db", false);
        assertThat(bench.restart().reason()).isEqualTo(Reason.RESTORED);
        assertThat(bench.journals()).isEmpty();
    }

    @Test
    void serviceOfWhichNoTaskStaysUpIsNotBack() throws Exception {
        bench.stopService("db");
        WorkloadReport report = bench.run(() -> bench.services.fail("db", true));
        assertThat(report.reason()).isEqualTo(Reason.SCALE_UP_FAILED);
        assertThat(report.troubles().get(0).message()).contains("docker service ps --no-trunc db");
    }

    @Test
    void tasksThatIgnoreTheStopAreWaitedFor() throws Exception {
        bench.services.linger("db", 40);
        bench.stopService("db");
        WorkloadReport report =
                bench.run(() -> assertThat(bench.containers.running()).isEmpty());
        assertThat(report.reason()).isEqualTo(Reason.RESTORED);

        bench.services.linger("db", Integer.MAX_VALUE);
        bench.quiesce = new Quiesce(
                Quiesce.Mode.STOP, Duration.ofSeconds(2), Quiesce.Release.AUTO, Optional.empty(), List.of());
        assertThatExceptionOfType(RunException.class)
                .isThrownBy(() -> bench.run(() -> {
                    throw new AssertionError("nothing is to be read");
                }))
                .withMessageContaining("some of its tasks still run");
        assertThat(bench.services.replicas()).containsEntry("db", 3L);
    }

    @Test
    void whatCannotBeScaledIsNotStoppedAndSaysWhy() {
        bench.services.add("everywhere", Mode.GLOBAL, 0, service -> service);
        bench.services.add("once", Mode.JOB, 0, service -> service);
        refused("everywhere", "is global");
        refused("once", "is a job");
        refused("none", "there is no container or Swarm service none");
        bench.services.setRole(Role.WORKER);
        refused("db", "run doksnap on a manager, or pause it instead");
        bench.services.setRole(Role.NONE);
        refused("db", "this engine is in no Swarm");
        assertThat(bench.containers.calls()).isEmpty();
    }

    private void refused(String service, String why) {
        bench.stopService(service);
        assertThatExceptionOfType(RunException.class)
                .isThrownBy(bench::run)
                .withMessageContaining(service)
                .withMessageContaining(why)
                .matches(e -> e.reason() == Reason.QUIESCE_FAILED);
    }

    @Test
    void tasksOfOtherNodesCannotBePausedWhichIsSaid() throws Exception {
        Map<String, String> labels = Map.of("tier", "data");
        bench.services.add("cache", Mode.REPLICATED, 1, service -> labelled(service, labels));
        for (String[] nodes : new String[][] {{"node2"}, {"node2", FakeServices.NODE}}) {
            bench.services.moveTo("cache", nodes);
            bench.pauseService("cache");
            for (Target target : List.of(new Target.Service("cache"), new Target.MatchLabels(labels))) {
                bench.target = Optional.of(target);
                assertThatExceptionOfType(RunException.class)
                        .isThrownBy(bench::run)
                        .withMessageContaining("service cache on the node node2.example")
                        .withMessageContaining("quiesce mode stop")
                        .matches(e -> e.reason() == Reason.QUIESCE_FAILED);
            }
        }
        assertThat(bench.containers.calls()).isEmpty();
    }

    @Test
    void pausedAreTheTasksOfThisNodeAlsoOfAGlobalServiceAndOnAWorker() throws Exception {
        bench.services.add("everywhere", Mode.GLOBAL, 0, service -> service);
        bench.pauseService("everywhere");
        bench.run(() -> assertThat(bench.containers.get("everywhere.1").state()).isEqualTo(State.PAUSED));
        bench.services.setRole(Role.WORKER);
        bench.pauseService("db");
        bench.run();
        assertThat(bench.containers.calls())
                .containsExactly(
                        "pause everywhere.1",
                        "unpause everywhere.1",
                        "pause db.1",
                        "pause db.2",
                        "pause db.3",
                        "unpause db.3",
                        "unpause db.2",
                        "unpause db.1");
        assertThat(bench.containers.running()).hasSize(4);
    }

    @Test
    void hooksThatPauseAServicePauseItsTasksUntilTheHookThatLetsThemGoOn() throws Exception {
        bench.pre.add(docker(Action.PAUSE, "db"));
        bench.post.add(docker(Action.UNPAUSE, "db"));
        assertThat(bench.run().warnings()).isEmpty();
        assertThat(bench.containers.running()).hasSize(3);
    }

    /** As the version before services wrote them. */
    @Test
    void journalOfAnOlderVersionIsStillRead() throws Exception {
        String startedAt = bench.containers.run("shop").startedAt();
        bench.containers.stopByHand("shop");
        Files.writeString(bench.data.path().resolve("workload-20261122_020000_00000001"), """
            {"formatVersion": 1, "policy": "shop", "entries": [
              {"container": "shop", "id": "%s", "action": "STOP", "stage": "DONE", "startedAt": "%s",
               "at": "2026-11-22T02:00:00Z", "graceSeconds": 10}]}\
            """.formatted(
                        bench.containers.get("shop").id(), startedAt));
        assertThat(bench.restart().reason()).isEqualTo(Reason.RESTORED);
        assertThat(bench.containers.running()).contains("shop");
        assertThat(bench.journals()).isEmpty();
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
