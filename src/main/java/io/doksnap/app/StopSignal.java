package io.doksnap.app;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C and SIGTERM for a program that runs until then: whoever waits is woken, and the process is kept alive until everything was closed, within a
 * deadline. It ends with the code that the JVM has for the signal, 130 or 143.
 */
final class StopSignal implements AutoCloseable {
    /** Longer than the operator takes to undo what runs. */
    private static final long PATIENCE_SECONDS = 60;

    private final CountDownLatch asked = new CountDownLatch(1);
    private final BlockingQueue<Boolean> wakes = new ArrayBlockingQueue<>(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread hook = new Thread(this::stop, "doksnap-shutdown");

    StopSignal() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Waits for so long, or until it is woken, or somebody wants the program to end; says whether that is so. */
    boolean awaits(Duration time) throws InterruptedException {
        if (asked.getCount() > 0) {
            Boolean ignored = wakes.poll(time.toMillis(), TimeUnit.MILLISECONDS);
        }
        return asked.getCount() == 0;
    }

    /** Wakes whoever waits, or is about to; for any thread. */
    void wake() {
        boolean ignored = wakes.offer(true);
    }

    private void stop() {
        asked.countDown();
        wake();
        try {
            boolean ignored = closed.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException expected) {
            // The process is on its way out in any case.
        }
    }

    /** Everything is closed. */
    @Override
    public void close() {
        closed.countDown();
        try {
            boolean ignored = Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException expected) {
            // The process is being stopped: the hook has done its work.
        }
    }
}
