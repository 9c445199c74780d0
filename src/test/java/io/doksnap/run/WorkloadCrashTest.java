package io.doksnap.run;

import static io.doksnap.run.WorkloadBench.docker;
import static io.doksnap.run.WorkloadBench.exec;
import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.docker.Container.State;
import io.doksnap.policy.Hook.Action;
import io.doksnap.testing.FakeContainers.Crash;
import io.doksnap.testing.FakeContainers.CrashAt;
import io.doksnap.testing.FakeContainers.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The process dies at every single point at which it can: right before and right after each call to the engine. */
class WorkloadCrashTest {
    @TempDir
    private Path home;

    /** Sets a scene of containers and of what a policy does with them. */
    @FunctionalInterface
    private interface Scene {
        void set(WorkloadBench bench);
    }

    private static final Map<String, Scene> SCENES = Map.of(
            "stop with dependants",
                    bench -> {
                        bench.containers.run("db");
                        bench.containers.run("worker");
                        bench.containers.run("web");
                        bench.containers.add("cache", State.EXITED);
                        bench.stop("db", "web", "cache", "worker");
                    },
            "pause",
                    bench -> {
                        bench.containers.run("db");
                        bench.pause("db");
                    },
            "hooks",
                    bench -> {
                        bench.containers.run("db");
                        bench.containers.run("web");
                        bench.containers.run("proxy");
                        bench.pre.addAll(List.of(
                                docker(Action.STOP, "web"),
                                exec("db", "checkpoint"),
                                docker(Action.RESTART, "proxy"),
                                docker(Action.PAUSE, "db")));
                        bench.post.addAll(List.of(docker(Action.START, "web"), exec("db", "resume")));
                    },
            "kill, without a post hook",
                    bench -> {
                        bench.containers.run("db");
                        bench.pre.add(docker(Action.KILL, "db"));
                    },
            "services",
                    bench -> {
                        bench.services.run("db", 3);
                        bench.services.run("worker", 1);
                        bench.services.run("cache", 0);
                        bench.containers.run("web");
                        bench.stopService("db", "web", "cache", "worker");
                        bench.pre.add(docker(Action.RESTART, "worker"));
                    },
            "already stopped, with hooks",
                    bench -> {
                        bench.containers.add("db", State.EXITED);
                        bench.containers.add("web", State.PAUSED);
                        bench.pre.addAll(List.of(docker(Action.STOP, "db"), docker(Action.PAUSE, "web")));
                        bench.post.addAll(List.of(docker(Action.START, "db"), docker(Action.UNPAUSE, "web")));
                    });

    @TestFactory
    Stream<DynamicTest> whereverItDiesTheNextStartBringsBackWhatWasRunningAndNothingElse() {
        return SCENES.entrySet().stream()
                .map(scene -> DynamicTest.dynamicTest(scene.getKey(), () -> {
                    int points = 0;
                    for (int call = 0; dies(scene.getValue(), new CrashAt(call, false)); call++) {
                        assertThat(dies(scene.getValue(), new CrashAt(call, true)))
                                .isTrue();
                        points += 2;
                    }
                    assertThat(points).isGreaterThanOrEqualTo(4);
                    System.out.println(scene.getKey() + ": died at " + points + " points");
                }));
    }

    private boolean dies(Scene scene, CrashAt crash) throws IOException, RunException {
        try (WorkloadBench bench = bench(scene)) {
            Map<String, State> before = bench.containers.states();
            Map<String, Long> replicas = bench.services.replicas();
            bench.containers.set(crash);
            try {
                bench.run();
                assertThat(bench.containers.states()).isEqualTo(before);
                assertThat(bench.services.replicas()).isEqualTo(replicas);
            } catch (Crash e) {
                // What a test can see of a dead process.
            }
            WorkloadReport report = bench.restart();
            assertThat(report.troubles()).isEmpty();
            assertThat(bench.containers.states()).isEqualTo(before);
            assertThat(bench.services.replicas()).isEqualTo(replicas);
            // What was announced and never done is forgotten once the engine cannot be about to do it.
            bench.clock.advance(LateStops.WATCHED);
            assertThat(bench.restart().troubles()).isEmpty();
            assertThat(bench.containers.states()).isEqualTo(before);
            assertThat(bench.journals()).isEmpty();
            return crash.happened();
        }
    }

    /** Twice in a row: the start that was to bring everything back dies, too. */
    @Test
    void replayThatDiesIsFinishedByTheNextOne() throws Exception {
        for (Map.Entry<String, Scene> scene : SCENES.entrySet()) {
            for (int i = 1; i < 12; i += 2) {
                for (int j = 0; j < 8; j += 2) {
                    try (WorkloadBench bench = bench(scene.getValue())) {
                        Map<String, State> before = bench.containers.states();
                        int last = j;
                        dying(bench, new CrashAt(i, true), bench::run);
                        dying(bench, new CrashAt(last, true), () -> {
                            bench.data.close();
                            bench.data = DataDirectory.open(bench.data.path());
                            bench.workloads().replay();
                        });
                        bench.restart();
                        assertThat(bench.containers.states())
                                .as("%s at %d and %d", scene.getKey(), i, j)
                                .isEqualTo(before);
                        bench.clock.advance(LateStops.WATCHED);
                        bench.restart();
                        assertThat(bench.journals()).isEmpty();
                    }
                }
            }
        }
    }

    @FunctionalInterface
    private interface Step {
        void run() throws Exception;
    }

    private static void dying(WorkloadBench bench, Fault fault, Step step) throws Exception {
        bench.containers.set(fault);
        try {
            step.run();
        } catch (Crash e) {
            // As meant.
        }
        bench.containers.set(Fault.NONE);
    }

    /** Any policy over any containers, dying anywhere. */
    @TestFactory
    Stream<DynamicTest> randomPoliciesDyingAnywhereLeaveEverythingAsItWas() {
        return IntStream.range(0, 60)
                .mapToObj(seed -> DynamicTest.dynamicTest("seed " + seed, () -> {
                    Random random = new Random(seed);
                    dies(
                            bench -> random(bench, new Random(seed)),
                            new CrashAt(random.nextInt(40), random.nextBoolean()));
                }));
    }

    private static void random(WorkloadBench bench, Random random) {
        List<String> names = List.of("a1", "b1", "c1", "d1");
        for (String name : names) {
            bench.containers.add(
                    name,
                    List.of(State.RUNNING, State.RUNNING, State.EXITED, State.PAUSED, State.CREATED)
                            .get(random.nextInt(5)));
        }
        Set<String> touched = new TreeSet<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            String name = names.get(random.nextInt(3));
            if (touched.add(name)) {
                Action action = List.of(Action.STOP, Action.PAUSE, Action.KILL).get(random.nextInt(3));
                bench.pre.add(docker(action, name));
                if (random.nextBoolean()) {
                    bench.post.add(docker(action == Action.PAUSE ? Action.UNPAUSE : Action.START, name));
                }
            }
        }
        if (random.nextBoolean()) {
            bench.stop("d1", names.get(random.nextInt(3)));
        } else {
            bench.pause("d1");
        }
    }

    private WorkloadBench bench(Scene scene) throws IOException {
        WorkloadBench bench = new WorkloadBench(Files.createTempDirectory(home, "run"));
        scene.set(bench);
        return bench;
    }
}
