package io.doksnap.run;

import static io.doksnap.run.WorkloadBench.docker;
import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.api.Reason;
import io.doksnap.docker.Container.State;
import io.doksnap.policy.Hook.Action;
import io.doksnap.testing.FakeContainers.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Somebody else has to do with the same containers at any moment of a run: between any two calls to the engine, and while it reads. */
class WorkloadMeddlingTest {
    private static final int SEEDS = 60;
    private static final List<String> NAMES = List.of("a1", "b1", "c1");

    @TempDir
    private Path home;

    @TestFactory
    Stream<DynamicTest> nothingIsCommittedThatMayHaveChangedAndEverybodyFindsWhatHeLeft() {
        return IntStream.range(0, SEEDS)
                .mapToObj(seed -> DynamicTest.dynamicTest("seed " + seed, () -> {
                    try (WorkloadBench bench = new WorkloadBench(Files.createTempDirectory(home, "run"))) {
                        new Meddling(bench, new Random(seed)).run();
                    }
                }));
    }

    /** One run, and somebody else. */
    private static final class Meddling implements Fault {
        private final WorkloadBench bench;
        private final Random random;
        private final Map<String, Boolean> before = new HashMap<>();
        private final Map<String, Boolean> wished = new HashMap<>();
        private final Set<Integer> moments = new HashSet<>();
        private int calls;
        private boolean reading;
        private boolean woken;
        private boolean back;

        Meddling(WorkloadBench bench, Random random) {
            this.bench = bench;
            this.random = random;
        }

        void run() throws IOException {
            for (String name : NAMES) {
                State state = List.of(State.RUNNING, State.RUNNING, State.EXITED, State.PAUSED)
                        .get(random.nextInt(4));
                bench.containers.add(name, state);
                before.put(name, state == State.RUNNING);
            }
            if (random.nextBoolean()) {
                bench.stop("a1", "b1");
            } else {
                bench.pause("a1");
                bench.pre.add(docker(Action.STOP, "b1"));
            }
            bench.pre.add(docker(random.nextBoolean() ? Action.STOP : Action.PAUSE, "c1"));
            for (int i = random.nextInt(3); i >= 0; i--) {
                moments.add(random.nextInt(60));
            }
            bench.containers.set(this);
            boolean meddlesWithTheRead = random.nextBoolean();
            try {
                bench.run(() -> {
                    woken = !bench.containers.running().isEmpty();
                    reading = true;
                    if (meddlesWithTheRead && random.nextBoolean()) {
                        meddle();
                    }
                    reading = false;
                });
                assertThat(woken).as("committed, although something ran").isFalse();
            } catch (RunException e) {
                assertThat(e.reason()).isEqualTo(Reason.QUIESCE_FAILED);
            }
            checkStates();
            bench.restart();
            checkStates();
            assertThat(bench.journals()).isEmpty();
        }

        private void checkStates() {
            for (String name : NAMES) {
                boolean runs = bench.containers.running().contains(name);
                assertThat(runs).as(name).isEqualTo(wished.getOrDefault(name, before.get(name)));
            }
        }

        @Override
        public void before(String call) {
            // Who stops what was started a moment ago cannot be told from what ended by itself.
            back |= call.startsWith("start") || call.startsWith("unpause");
            // Between its looking and its doing nobody can tell what somebody else wanted: that is for other tests.
            if (!back && moments.contains(calls++) && call.startsWith("find")) {
                meddle();
            }
        }

        private void meddle() {
            String name = NAMES.get(random.nextInt(NAMES.size()));
            State now = bench.containers.get(name).state();
            if (now == State.PAUSED && random.nextBoolean()) {
                bench.containers.unpauseByHand(name);
                wished.put(name, true);
            } else if (now == State.RUNNING && random.nextBoolean()) {
                bench.containers.stopByHand(name);
                wished.put(name, false);
                return;
            } else {
                bench.containers.startByHand(name);
                wished.put(name, true);
            }
            woken |= reading;
        }
    }
}
