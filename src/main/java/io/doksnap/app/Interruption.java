package io.doksnap.app;

import io.doksnap.api.Reason;
import io.doksnap.run.Cancellation;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Turns Ctrl-C and SIGTERM into a cancellation, and keeps the process alive until the run has cleaned up after itself and said so, within
 * a deadline.
 *
 * <p>The process ends with the code that the JVM has for the signal, 130 or 143. A {@link System#exit} that comes meanwhile waits for the
 * shutdown that is under way, which waits for {@link #close()} and for nothing after it: so close this last, and call nothing that
 * exits before.
 */
final class Interruption implements AutoCloseable {
    private static final long CLEAN_UP_SECONDS = 60;

    private final Cancellation cancellation = new Cancellation();
    private final CountDownLatch cleanedUp = new CountDownLatch(1);
    private final Thread hook = new Thread(this::stop, "doksnap-shutdown");
    private final Console console;

    Interruption(Console console) {
        this.console = console;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    Cancellation cancellation() {
        return cancellation;
    }

    private void stop() {
        console.say("stopping: starting again what was stopped, and removing what is unfinished, at most "
                + CLEAN_UP_SECONDS + " s (kill -9 does no harm: the next backup does it)");
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
