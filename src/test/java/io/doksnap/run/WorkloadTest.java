package io.doksnap.run;

import static io.doksnap.run.WorkloadBench.docker;
import static io.doksnap.run.WorkloadBench.exec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.doksnap.api.Backup.HookOutput;
import io.doksnap.api.Reason;
import io.doksnap.docker.Container;
import io.doksnap.docker.Container.Health;
import io.doksnap.docker.Container.State;
import io.doksnap.docker.ExecOutcome;
import io.doksnap.policy.Hook.Action;
import io.doksnap.policy.Quiesce;
import io.doksnap.testing.FakeContainers.Crash;
import io.doksnap.testing.FakeContainers.CrashAt;
import io.doksnap.testing.FakeContainers.Fault;
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

/** What a run does to containers, and what it leaves alone. */
class WorkloadTest {
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

    @Test
    void dependantsAreStoppedFirstAndStartedLast() throws Exception {
        bench.containers.run("worker");
        bench.stop("db", "web", "worker");
        bench.run();
        assertThat(bench.containers.calls())
                .containsExactly("stop web", "stop worker", "stop db", "start db", "start worker", "start web");
    }

    @Test
    void preHooksRunBeforeTheStopAndPostHooksInReverseAfterTheStart() throws Exception {
        bench.stop("db");
        bench.pre.add(exec("db", "flush"));
        bench.post.add(exec("db", "second"));
        bench.post.add(exec("db", "first"));
        bench.run();
        assertThat(bench.containers.calls())
                .containsExactly("exec db flush", "stop db", "start db", "exec db first", "exec db second");
    }

    @Test
    void endOfWhatHooksPrintIsKeptWhereTheySucceed() throws Exception {
        bench.pre.add(exec("db", "flush"));
        bench.pre.add(exec("db", "silent"));
        bench.post.add(exec("db", "much"));
        bench.post.add(exec("db", "broken"));
        bench.containers.exec(command -> switch (command.program()) {
            case "flush" -> new ExecOutcome.Ended(0, "all is flushed\n");
            case "much" -> new ExecOutcome.Ended(0, "\ud83d\ude00".repeat(5_000) + "!");
            case "broken" -> new ExecOutcome.Ended(1, "no");
            default -> new ExecOutcome.Ended(0, " \n");
        });
        assertThat(bench.run().hookOutput())
                .containsExactly(
                        new HookOutput("pre hook 'docker exec db flush'", "all is flushed"),
                        new HookOutput("post hook 'docker exec db much'", "..." + "\ud83d\ude00".repeat(499) + "!"));
    }

    @Test
    void containerThatAPostHookStartsIsLeftToThatHook() throws Exception {
        bench.pre.add(docker(Action.STOP, "web"));
        bench.pre.add(docker(Action.STOP, "db"));
        bench.post.add(docker(Action.START, "web"));
        bench.post.add(exec("db", "check"));
        bench.run();
        assertThat(bench.containers.calls())
                .containsExactly("stop web", "stop db", "start db", "exec db check", "start web");
        assertThat(bench.journals()).isEmpty();
    }

    @Test
    void cancelledRunBringsEverythingBackBeforeAnyPostHook() throws Exception {
        bench.pre.add(docker(Action.STOP, "web"));
        bench.post.add(docker(Action.START, "web"));
        bench.post.add(exec("db", "slow"));
        assertThatExceptionOfType(RunException.class)
                .isThrownBy(() -> bench.run(() -> bench.cancellation.cancel(Reason.CANCELLED)))
                .matches(e -> e.reason() == Reason.CANCELLED);
        assertThat(bench.containers.calls()).containsExactly("stop web", "start web", "exec db slow");
    }

    @Test
    void lostAnswerOfAStopIsUndone() throws Exception {
        bench.stop("db");
        bench.containers.set(Fault.loseAnswer("stop db"));
        assertThatExceptionOfType(RunException.class)
                .isThrownBy(bench::run)
                .matches(e -> e.reason() == Reason.QUIESCE_FAILED);
        assertThat(bench.containers.running()).contains("db");
        assertThat(bench.journals()).isEmpty();
    }

    @Test
    void stopThatMayTakeLongerThanItIsWaitedForSaysWhatToSet() {
        bench.stop("db");
        bench.quiesce = new Quiesce(
                Quiesce.Mode.STOP, Duration.ofSeconds(1), Quiesce.Release.AUTO, Optional.empty(), List.of());
        bench.containers.set(Fault.loseAnswer("stop db"));
        assertThatExceptionOfType(RunException.class)
                .isThrownBy(bench::run)
                .withMessageContaining("container db was not stopped in time: it may take 10s to stop by itself")
                .withMessageContaining("quiesce.timeout");
    }

    @Test
    void stopThatTakesEffectOnlyAfterNobodyWaitedForItIsUndone() throws Exception {
        bench.stop("db");
        bench.containers.set(Fault.refuse("stop db"));
        Duration[] passed = {Duration.ZERO};
        bench.whenTimePasses = () -> {
            passed[0] = passed[0].plusMillis(250);
            if (passed[0].equals(Duration.ofSeconds(8))) {
                bench.containers.stopByHand("db");
            }
        };
        assertThatExceptionOfType(RunException.class).isThrownBy(bench::run);
        assertThat(bench.containers.running()).contains("db");
        assertThat(bench.containers.calls()).contains("start db");
    }

    @Test
    void containerThatSomebodyStartedAndStoppedAgainStaysStopped() throws Exception {
        leaveStopped("db");
        bench.containers.startByHand("db");
        bench.containers.stopByHand("db");
        assertThat(bench.restart().warnings()).singleElement().asString().contains("it stays stopped");
        assertThat(bench.containers.get("db").state()).isEqualTo(State.EXITED);
        assertThat(bench.journals()).isEmpty();
    }

    @Test
    void redeployedContainerIsLeftAloneAndSaid() throws Exception {
        leaveStopped("db");
        bench.containers.add("db", State.EXITED);
        bench.containers.forgetCalls();
        WorkloadReport report = bench.restart();
        assertThat(report.reason()).isEqualTo(Reason.REDEPLOYED);
        assertThat(report.warnings()).singleElement().asString().contains("another in its place");
        assertThat(bench.containers.calls()).isEmpty();
        assertThat(bench.journals()).isEmpty();
    }

    @Test
    void containerRemovedWhileItWasStoppedIsLoudInTheRunAndOnlyAWarningLater() throws Exception {
        bench.stop("db");
        WorkloadReport report = bench.run(() -> bench.containers.remove("db"));
        assertThat(report.reason()).isEqualTo(Reason.START_FAILED);
        assertThat(report.troubles())
                .singleElement()
                .satisfies(trouble -> assertThat(trouble.message()).contains("docker container prune"));
        assertThat(bench.journals()).isEmpty();

        leaveStopped("web");
        bench.containers.remove("web");
        assertThat(bench.restart().troubles()).isEmpty();
        assertThat(bench.journals()).isEmpty();
    }

    @Test
    void containerThatEndsRightAfterItsStartIsNotBack() throws Exception {
        bench.stop("db");
        bench.containers.set(Fault.then("start db", () -> bench.containers.stopByHand("db")));
        WorkloadReport report = bench.run();
        assertThat(report.reason()).isEqualTo(Reason.START_FAILED);
        assertThat(report.troubles().get(0).message()).contains("ended at once").contains("docker logs db");
        assertThat(bench.journals()).hasSize(1);

        assertThat(bench.restart().reason()).isEqualTo(Reason.RESTORED);
        assertThat(bench.containers.running()).contains("db");
    }

    @Test
    void engineThatIsAwayForAMomentIsAskedAgain() throws Exception {
        bench.stop("db");
        int[] refusals = {2};
        bench.containers.set(new Fault() {
            @Override
            public void before(String call) throws io.doksnap.docker.DockerException {
                if (call.equals("start db") && refusals[0]-- > 0) {
                    Fault.refuse(call).before(call);
                }
            }
        });
        assertThat(bench.run().reason()).isEqualTo(Reason.RESTORED);
    }

    @Test
    void containerWhoseHealthCheckStaysBadIsBackWithAWarning() throws Exception {
        bench.containers.health("db", Health.UNHEALTHY);
        bench.stop("db");
        WorkloadReport report = bench.run();
        assertThat(report.reason()).isEqualTo(Reason.RESTORED);
        assertThat(report.warnings()).singleElement().asString().contains("health check has not said healthy");
    }

    @Test
    void containerThatWouldNotComeBackIsNotStopped() {
        bench.containers.add(
                "job",
                State.RUNNING,
                c -> new Container(
                        c.id(), c.name(), c.state(), c.startedAt(), 0, Health.NONE, true, c.grace(), Map.of()));
        bench.containers.add(
                "task",
                State.RUNNING,
                c -> new Container(
                        c.id(),
                        c.name(),
                        c.state(),
                        c.startedAt(),
                        0,
                        Health.NONE,
                        false,
                        c.grace(),
                        Map.of("com.docker.swarm.service.name", "shop_db")));
        for (String name : new String[] {"job", "task", "none"}) {
            bench.stop(name);
            assertThatExceptionOfType(RunException.class)
                    .isThrownBy(bench::run)
                    .withMessageContaining(name)
                    .matches(e -> e.reason() == Reason.QUIESCE_FAILED);
        }
        assertThat(bench.containers.calls()).isEmpty();
    }

    @Test
    void killedContainerIsHeldAndASignalThatOnlyTellsSomethingIsNot() throws Exception {
        bench.pre.add(docker(Action.KILL, "web"));
        bench.pre.add(new io.doksnap.policy.HookStep(
                new io.doksnap.policy.Hook.Docker(
                        Action.KILL, "db", java.util.Optional.empty(), java.util.Optional.of("SIGHUP")),
                Duration.ofSeconds(10),
                io.doksnap.policy.HookStep.OnError.FAIL));
        bench.run();
        assertThat(bench.containers.calls()).containsExactly("kill web", "kill db", "start web");
    }

    @Test
    void journalThatMakesNoSenseIsLoudAndStays() throws IOException {
        Files.writeString(bench.data.path().resolve("workload-x"), "{\"formatVersion\": 2}");
        WorkloadReport report = bench.restart();
        assertThat(report.reason()).isEqualTo(Reason.STATE_UNUSABLE);
        assertThat(report.troubles().get(0).message()).contains("workload-x").contains("delete it");
        assertThat(bench.journals()).hasSize(1);
    }

    /** As a process that dies in the middle of the read leaves it. */
    private void leaveStopped(String name) throws IOException, RunException {
        bench.stop(name);
        try {
            bench.run(() -> {
                bench.containers.set(new CrashAt(0, false));
                throw new Crash();
            });
        } catch (Crash e) {
            bench.containers.set(Fault.NONE);
        }
        assertThat(bench.containers.get(name).state()).isEqualTo(State.EXITED);
    }
}
