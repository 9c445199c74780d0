package io.doksnap.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.doksnap.api.Reason;
import io.doksnap.run.Cancellation;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RunsTest {
    private final List<String> events = new CopyOnWriteArrayList<>();
    private final Runs runs = new Runs(2);

    @AfterEach
    void close() {
        runs.close();
    }

    @Test
    void noMoreRunAtTheSameTimeThanTheLimit() {
        Job a = submit("a", "policy a");
        Job b = submit("b", "policy b");
        Job c = submit("c", "policy c");
        await().until(() -> a.began() && b.began());
        assertThat(runs.waiting()).isEqualTo(1);
        assertThat(c.began()).isFalse();
        a.finish();
        await().until(c::began);
        b.finish();
        c.finish();
        await().until(() -> runs.running().isEmpty());
    }

    @Test
    void jobsThatTouchTheSameNeverOverlapAndLetOthersPass() {
        Job first = submit("first", "policy a");
        Job second = submit("second", "policy a", "workload x");
        Job waitsForSecond = submit("third", "workload x");
        Job other = submit("other", "policy b");
        await().until(() -> first.began() && other.began());
        assertThat(second.began()).isFalse();
        assertThat(waitsForSecond.began()).isFalse();
        other.finish();
        first.finish();
        await().until(second::began);
        assertThat(waitsForSecond.began()).isFalse();
        second.finish();
        await().until(waitsForSecond::began);
        waitsForSecond.finish();
    }

    @Test
    void onlyThreadsOfJobsThatStepBackStepBack() {
        List<Thread> lowered = new CopyOnWriteArrayList<>();
        List<String> seen = new CopyOnWriteArrayList<>();
        try (Runs both = new Runs(1, () -> lowered.add(Thread.currentThread()))) {
            for (boolean stepsBack : List.of(true, false, true)) {
                assertThat(both.submit(new Noted(seen, stepsBack, lowered))).isTrue();
                await().until(() -> both.running().isEmpty() && both.waiting() == 0);
            }
        }
        assertThat(seen).containsExactly("true lowered true", "false lowered false", "true lowered true");
    }

    private record Noted(List<String> seen, boolean stepsBack, List<Thread> lowered) implements Runs.Job {
        @Override
        public String id() {
            return "noted";
        }

        @Override
        public Set<String> touches() {
            return Set.of();
        }

        @Override
        public void run(Cancellation cancellation) {
            seen.add(stepsBack + " lowered " + lowered.contains(Thread.currentThread()));
        }

        @Override
        public void dropped(Reason because) {}
    }

    @Test
    void jobIsSubmittedOnlyOnce() {
        Job job = submit("a", "policy a");
        assertThat(runs.submit(job)).isFalse();
        job.finish();
    }

    @Test
    void jobThatWaitsIsDroppedWhenItIsCancelled() {
        Job running = submit("a", "policy a");
        submit("b", "policy a");
        runs.cancel("b", Reason.CANCELLED);
        assertThat(events).contains("b dropped Cancelled");
        assertThat(runs.has("b")).isFalse();
        running.finish();
    }

    @Test
    void jobThatThrowsMakesRoomForTheNext() {
        runs.submit(new Runs.Job() {
            @Override
            public String id() {
                return "broken";
            }

            @Override
            public Set<String> touches() {
                return Set.of("policy a");
            }

            @Override
            public void run(Cancellation cancellation) {
                throw new IllegalStateException("broken on purpose");
            }

            @Override
            public void dropped(Reason because) {
                events.add("broken dropped " + because);
            }
        });
        Job next = submit("next", "policy a");
        await().until(next::began);
        assertThat(events).contains("broken dropped Interrupted");
        next.finish();
    }

    @Test
    void stopEndsWhatRunsAndWaitsForIt() {
        Job running = submit("a", "policy a");
        submit("b", "policy a");
        await().until(running::began);
        assertThat(runs.stop(Duration.ofSeconds(10))).isTrue();
        assertThat(events).contains("a cancelled", "b dropped Interrupted");
        assertThat(runs.submit(new Job("c", Set.of()))).isFalse();
    }

    private Job submit(String id, String... touches) {
        Job job = new Job(id, Set.of(touches));
        assertThat(runs.submit(job)).isTrue();
        return job;
    }

    private final class Job implements Runs.Job {
        private final String id;
        private final Set<String> touches;
        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch end = new CountDownLatch(1);

        Job(String id, Set<String> touches) {
            this.id = id;
            this.touches = touches;
        }

        boolean began() {
            return begun.getCount() == 0;
        }

        void finish() {
            end.countDown();
        }

        @Override
        public String id() {
            return id;
        }

        @Override
        public Set<String> touches() {
            return touches;
        }

        @Override
        public void run(Cancellation cancellation) {
            begun.countDown();
            while (end.getCount() > 0) {
                if (cancellation.awaits(Duration.ofMillis(20))) {
                    events.add(id + " cancelled");
                    return;
                }
            }
        }

        @Override
        public void dropped(Reason because) {
            events.add(id + " dropped " + because);
        }
    }
}
