package io.doksnap.app;

import io.doksnap.api.Reason;
import io.doksnap.run.Cancellation;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Turns Ctrl-C and SIGTERM into a cancellation, and keeps the process alive until the run has cleaned up after itself, within
 * a deadline.
 */
final class Interruption implements AutoCloseable {
    private static final long CLEAN_UP_SECONDS = 60;

    private final Cancellation cancellation = new Cancellation();
    private final CountDownLatch cleanedUp = new CountDownLatch(1);
    private final Thread hook = new Thread(this::stop, "doksnap-shutdown");

    Interruption() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    Cancellation cancellation() {
        return cancellation;
    }

    private void stop() {
        cancellation.cancel(Reason.CANCELLED);
        try {
            boolean ignored = cleanedUp.await(CLEAN_UP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException expected) {
            // The process is on its way out in any case.
        }
    }

    /** The run has ended and said how. */
    @Override
    public void close() {
        cleanedUp.countDown();
        try {
            boolean ignored = Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException expected) {
            // The process is being stopped: the hook has done its work.
        }
    }
}
