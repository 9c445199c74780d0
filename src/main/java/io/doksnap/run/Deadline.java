package io.doksnap.run;

import io.doksnap.api.Reason;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Cancels a run when its time is up, unless it is closed before. */
final class Deadline implements AutoCloseable {
    private final Cancellation cancellation;
    private final CountDownLatch closed = new CountDownLatch(1);

    Deadline(Cancellation cancellation) {
        this.cancellation = cancellation;
    }

    void start(Duration timeout) {
        Thread thread = new Thread(() -> watch(timeout), "doksnap-deadline");
        thread.setDaemon(true);
        thread.start();
    }

    private void watch(Duration timeout) {
        try {
            if (!closed.await(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                cancellation.cancel(Reason.TIMED_OUT);
            }
        } catch (InterruptedException ignored) {
            // Nobody interrupts this thread but the end of the process.
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
