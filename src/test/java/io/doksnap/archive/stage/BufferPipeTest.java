package io.doksnap.archive.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD, unit = TimeUnit.SECONDS)
class BufferPipeTest {

    @Test
    void bytesComeOutInTheOrderInWhichTheyWentIn() throws IOException {
        for (long seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            byte[] bytes = new byte[random.nextInt(100_000)];
            random.nextBytes(bytes);
            BufferPipe pipe = new BufferPipe(1 + random.nextInt(4), 1 + random.nextInt(3000));
            try (Stages stages = new Stages();
                    PipeInput in = new PipeInput(pipe)) {
                stages.start("producer", pipe, () -> writeInPieces(bytes, random, new PipeOutput(pipe)));
                assertThat(in.readAllBytes()).as("seed %d", seed).isEqualTo(bytes);
            }
        }
    }

    @Test
    void producerCountsWhatItWrote() throws IOException {
        BufferPipe pipe = new BufferPipe(100, 7);
        PipeOutput out = new PipeOutput(pipe);
        out.write(1);
        out.write(new byte[20], 5, 10);
        ReadableByteChannel channel = Channels.newChannel(new ByteArrayInputStream(new byte[30]));
        assertThat(out.transferFrom(channel, 2)).isEqualTo(2);
        assertThat(out.transferFrom(channel, Long.MAX_VALUE)).isPositive();
        assertThat(out.transferFrom(channel, 0)).isZero();
        assertThat(out.written()).isBetween(14L, 43L);
    }

    @Test
    void thereAreNeverMoreBuffersThanSlots() throws IOException {
        BufferPipe pipe = new BufferPipe(3, 16);
        IdentityHashMap<ByteBuffer, Boolean> seen = new IdentityHashMap<>();
        AtomicInteger ahead = new AtomicInteger();
        try (Stages stages = new Stages()) {
            stages.start("producer", pipe, () -> {
                for (int i = 0; i < 1000; i++) {
                    ByteBuffer buffer = pipe.acquire();
                    assertThat(ahead.incrementAndGet()).isLessThanOrEqualTo(3);
                    pipe.publish(buffer.putInt(i));
                }
            });
            int expected = 0;
            for (ByteBuffer next = pipe.take(); next != null; next = pipe.take()) {
                seen.put(next, true);
                assertThat(next.getInt()).isEqualTo(expected++);
                assertThat(next.hasRemaining()).isFalse();
                ahead.decrementAndGet();
                pipe.release(next);
            }
            assertThat(expected).isEqualTo(1000);
        }
        assertThat(seen).hasSizeLessThanOrEqualTo(3);
    }

    @Test
    void failureOfTheProducerSurfacesInTheConsumer() {
        IOException ioFailure = new IOException("disk on fire");
        assertThatThrownBy(() -> takeAfter(ioFailure)).isSameAs(ioFailure);
        IllegalStateException bug = new IllegalStateException("bug");
        assertThatThrownBy(() -> takeAfter(bug)).isInstanceOf(IOException.class).hasCause(bug);
        OutOfMemoryError error = new OutOfMemoryError("none left");
        assertThatThrownBy(() -> takeAfter(error)).isSameAs(error);
    }

    @Test
    void failureComesBeforeWhatIsStillInThePipe() throws IOException {
        BufferPipe pipe = new BufferPipe(2, 16);
        pipe.publish(pipe.acquire().put((byte) 1));
        pipe.fail(new IOException("cut off"));
        assertThatThrownBy(pipe::take).hasMessage("cut off");
        assertThatThrownBy(pipe::take).hasMessage("cut off");
    }

    @Test
    void endStaysTheEnd() throws IOException {
        BufferPipe pipe = new BufferPipe(2, 16);
        pipe.publish(pipe.acquire().put((byte) 1));
        pipe.finish();
        assertThat(pipe.take()).isNotNull();
        assertThat(pipe.take()).isNull();
        assertThat(pipe.take()).isNull();
    }

    @Test
    void consumerThatLeavesEndsAProducerThatWaits() {
        BufferPipe pipe = new BufferPipe(1, 16);
        AtomicReference<Throwable> seen = new AtomicReference<>();
        Thread producer = start(seen, () -> {
            while (true) {
                pipe.publish(pipe.acquire());
            }
        });
        await().until(() -> producer.getState() == Thread.State.WAITING);
        pipe.close();
        join(producer);
        assertThat(seen.get()).isInstanceOf(IOException.class).hasMessageContaining("closed");
    }

    @Test
    void interruptEndsAThreadThatWaitsAndOneThatNeedNot() throws IOException {
        BufferPipe pipe = new BufferPipe(2, 16);
        AtomicReference<Throwable> seen = new AtomicReference<>();
        Thread consumer = start(seen, pipe::take);
        await().until(() -> consumer.getState() == Thread.State.WAITING);
        consumer.interrupt();
        join(consumer);
        assertThat(seen.get()).isInstanceOf(InterruptedIOException.class);

        pipe.publish(pipe.acquire());
        Thread.currentThread().interrupt();
        assertThatThrownBy(pipe::take).isInstanceOf(InterruptedIOException.class);
        assertThatThrownBy(pipe::acquire).isInstanceOf(InterruptedIOException.class);
        assertThat(Thread.interrupted()).as("still set, for whoever looks").isTrue();
        assertThat(pipe.take()).isNotNull();
    }

    @Test
    void skippingAndSingleBytesKeepTheirPlace() throws IOException {
        byte[] bytes = new byte[1000];
        new Random(1).nextBytes(bytes);
        BufferPipe pipe = new BufferPipe(1000, 7);
        try (PipeOutput out = new PipeOutput(pipe)) {
            out.write(bytes);
        }
        pipe.finish();
        PipeInput in = new PipeInput(pipe);
        in.skipNBytes(500);
        assertThat(in.read()).isEqualTo(bytes[500] & 0xFF);
        assertThat(in.skip(0)).isZero();
        assertThat(in.skip(-5)).isZero();
        assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(bytes, 501, 1000));
        assertThat(in.read()).isEqualTo(-1);
        assertThat(in.skip(1)).isZero();
    }

    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }

    private static void takeAfter(Throwable failure) throws IOException {
        BufferPipe pipe = new BufferPipe(1, 16);
        pipe.fail(failure);
        pipe.take();
    }

    private static Thread start(AtomicReference<Throwable> failure, Step step) {
        Thread thread = new Thread(() -> {
            try {
                step.run();
            } catch (Throwable e) {
                failure.set(e);
            }
        });
        thread.start();
        return thread;
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void writeInPieces(byte[] bytes, Random random, PipeOutput out) throws IOException {
        ReadableByteChannel channel = Channels.newChannel(new ByteArrayInputStream(bytes));
        int at = 0;
        while (at < bytes.length) {
            int n = 1 + random.nextInt(Math.min(5000, bytes.length - at));
            switch (random.nextInt(3)) {
                case 0 -> out.write(bytes[at++]);
                case 1 -> {
                    out.write(bytes, at, n);
                    at += n;
                }
                default -> {
                    channel = Channels.newChannel(new ByteArrayInputStream(bytes, at, n));
                    at += out.transferFrom(channel, n);
                }
            }
        }
        out.close();
    }
}
