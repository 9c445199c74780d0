package io.doksnap.archive.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD, unit = TimeUnit.SECONDS)
class StagesTest {
    private static final String FIRST = "test-stage-first";
    private static final String SECOND = "test-stage-second";

    @AfterEach
    void noThreadOutlivesItsStages() {
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().startsWith("test-stage-"));
    }

    @Test
    void failureOfTheFirstStageReachesTheLastThroughAllBetween() {
        IOException failure = new IOException("cannot read");
        assertThatThrownBy(() -> {
                    BufferPipe one = new BufferPipe(2, 8);
                    BufferPipe two = new BufferPipe(2, 8);
                    try (Stages stages = new Stages()) {
                        stages.start(FIRST, one, () -> {
                            one.publish(one.acquire().putInt(1));
                            throw failure;
                        });
                        stages.start(SECOND, two, () -> copy(one, two));
                        drain(two);
                    }
                })
                .isSameAs(failure);
    }

    @Test
    void uncheckedFailureReachesTheLastStageToo() {
        assertThatThrownBy(() -> {
                    BufferPipe one = new BufferPipe(2, 8);
                    try (Stages stages = new Stages()) {
                        stages.start(FIRST, one, () -> {
                            throw new IllegalStateException("bug");
                        });
                        drain(one);
                    }
                })
                .isInstanceOf(IOException.class)
                .hasRootCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void lastStageThatLeavesEndsAllBeforeIt() {
        BufferPipe one = new BufferPipe(2, 8);
        BufferPipe two = new BufferPipe(2, 8);
        try (Stages stages = new Stages()) {
            stages.start(FIRST, one, () -> endless(one));
            stages.start(SECOND, two, () -> copy(one, two));
        }
    }

    @Test
    void stageThatWaitsForInputThatNeverComesIsEnded() {
        BufferPipe never = new BufferPipe(2, 8);
        BufferPipe one = new BufferPipe(2, 8);
        try (Stages stages = new Stages()) {
            stages.start(FIRST, one, () -> copy(never, one));
            await().until(() -> isWaiting(FIRST));
        }
    }

    @Test
    void interruptOfTheLastStageEndsEverything() throws InterruptedException {
        AtomicReference<Throwable> seen = new AtomicReference<>();
        BufferPipe never = new BufferPipe(2, 8);
        BufferPipe one = new BufferPipe(2, 8);
        Thread last = new Thread(() -> {
            try (Stages stages = new Stages()) {
                stages.start(FIRST, one, () -> copy(never, one));
                drain(one);
            } catch (IOException e) {
                seen.set(e);
            }
        });
        last.start();
        await().until(() -> last.getState() == Thread.State.WAITING && isWaiting(FIRST));
        last.interrupt();
        last.join();
        assertThat(seen.get()).isInstanceOf(InterruptedIOException.class);
    }

    @Test
    void interruptWhileClosingIsKeptForLater() {
        BufferPipe one = new BufferPipe(2, 8);
        try (Stages stages = new Stages()) {
            stages.start(FIRST, one, () -> endless(one));
            Thread.currentThread().interrupt();
        }
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void closingTwiceAndClosingNothingDoNoHarm() {
        Stages stages = new Stages();
        stages.close();
        BufferPipe one = new BufferPipe(2, 8);
        stages.start(FIRST, one, () -> endless(one));
        stages.close();
        stages.close();
    }

    private static boolean isWaiting(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(t -> t.getName().equals(name) && t.getState() == Thread.State.WAITING);
    }

    private static void endless(BufferPipe out) throws IOException {
        while (true) {
            out.publish(out.acquire().putInt(1));
        }
    }

    private static void copy(BufferPipe in, BufferPipe out) throws IOException {
        for (ByteBuffer next = in.take(); next != null; next = in.take()) {
            out.publish(out.acquire().put(next));
            in.release(next);
        }
    }

    private static void drain(BufferPipe in) throws IOException {
        for (ByteBuffer next = in.take(); next != null; next = in.take()) {
            in.release(next);
        }
    }
}
