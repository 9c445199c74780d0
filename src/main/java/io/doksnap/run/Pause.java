package io.doksnap.run;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** How a run lets time pass between two looks at something. */
@FunctionalInterface
interface Pause {
    /** The real one. */
    Pause REAL = time -> {
        try {
            boolean ignored = new CountDownLatch(1).await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    };

    /** Returns after that time, or at once when the thread is interrupted, which it then still is. */
    void take(Duration time);

    /** A time that only ever grows, whatever becomes of the clock. */
    default Duration uptime() {
        return Duration.ofNanos(System.nanoTime());
    }
}
