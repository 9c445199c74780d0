package io.doksnap.run;

import io.doksnap.api.Reason;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The way to end a run from outside: by a person, a signal or its timeout. The run's thread is interrupted once, cleans up
 * and returns an outcome with the reason of whoever came first.
 */
public final class Cancellation {
    private final AtomicReference<@Nullable Reason> reason = new AtomicReference<>();
    private final CountDownLatch asked = new CountDownLatch(1);
    private volatile boolean doorClosed;
    private @Nullable Thread running;

    /** Ends the run, or keeps it from beginning. */
    public void cancel(Reason because) {
        if (reason.compareAndSet(null, because)) {
            asked.countDown();
            interrupt();
        }
    }

    /** Waits between two runs: for so long, or until somebody cancels; true in that case. */
    public boolean awaits(Duration time) {
        try {
            return asked.await(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** Why the run was to end, or {@code null} while nobody asked for it. */
    @Nullable
    Reason reason() {
        return reason.get();
    }

    /** Why the run was ended, where that came before the step that nothing interrupts; else {@code null}. */
    @Nullable
    Reason stopped() {
        return doorClosed ? null : reason.get();
    }

    synchronized void enter() {
        doorClosed = false;
        running = Thread.currentThread();
        if (reason.get() != null) {
            running.interrupt();
        }
    }

    /** Between two steps: a step that went on although it was interrupted must not lead to the next. */
    void check() throws RunException {
        Reason cancelled = reason.get();
        if (cancelled != null) {
            throw new RunException(cancelled, "stopped before it was done");
        }
    }

    /** Before a step that is to be done wholly or not at all: from here on nothing interrupts the thread. */
    void closeDoor() throws RunException {
        leave();
        check();
        doorClosed = true;
    }

    /** After this the thread is its own again: what must be cleaned up is not interrupted. */
    synchronized void leave() {
        running = null;
        boolean ignored = Thread.interrupted();
    }

    private synchronized void interrupt() {
        if (running != null) {
            running.interrupt();
        }
    }
}
