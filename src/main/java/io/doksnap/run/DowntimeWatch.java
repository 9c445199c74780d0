package io.doksnap.run;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Brings a workload back from a thread of its own, as the run's own may be stuck in whatever takes so long: as soon as the run is to end, and when the workload
 * has been kept still for as long as it may be.
 */
final class DowntimeWatch {
    private static final Duration WITHOUT_LIMIT = Duration.ofDays(10_000);

    private final Cancellation cancellation;
    private final Runnable tooLong;
    private final Runnable release;
    private @Nullable Thread thread;
    private volatile boolean over;

    /**
     * Creates it; nothing happens before {@link #begin}.
     *
     * @param tooLong is told when the limit is reached
     * @param release brings everything back; after that, and when the run is to end
     */
    DowntimeWatch(Cancellation cancellation, Runnable tooLong, Runnable release) {
        this.cancellation = cancellation;
        this.tooLong = tooLong;
        this.release = release;
    }

    boolean hasBegun() {
        return thread != null;
    }

    /** To be called before anything is stopped. */
    void begin(Optional<Duration> longest) {
        Thread watch = new Thread(() -> watch(longest.orElse(WITHOUT_LIMIT)), "doksnap-downtime");
        watch.setDaemon(true);
        thread = watch;
        watch.start();
    }

    private void watch(Duration longest) {
        boolean toEnd = cancellation.awaits(longest);
        if (over) {
            return;
        }
        if (!toEnd) {
            tooLong.run();
        }
        release.run();
    }

    /** Everything is back, as far as that can be. */
    void end() {
        over = true;
        if (thread != null) {
            thread.interrupt();
        }
    }
}
