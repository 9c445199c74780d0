package io.doksnap.store;

import io.doksnap.store.StoreException.Kind;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A bucket of tokens, one a byte, that fills at a steady rate: whoever wants to send takes them, and waits while there are none.
 * One limit is shared by all stores of a program, so that it holds for all of them together. A second's worth may be saved up.
 */
public final class RateLimit {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final long bytesPerSecond;
    private final Ticker ticker;
    private final Pause pause;
    private double tokens;
    private long filledAt;

    /**
     * Limits to so many bytes a second.
     *
     * @param ticker a clock that only ever goes on
     * @param pause lets time pass
     */
    RateLimit(long bytesPerSecond, Ticker ticker, Pause pause) {
        if (bytesPerSecond < 1) {
            throw new IllegalArgumentException("a rate of " + bytesPerSecond + " bytes a second");
        }
        this.bytesPerSecond = bytesPerSecond;
        this.ticker = ticker;
        this.pause = pause;
        this.tokens = bytesPerSecond;
        this.filledAt = ticker.nanos();
    }

    /** Limits to so many bytes a second. */
    public static RateLimit of(long bytesPerSecond) {
        return new RateLimit(bytesPerSecond, System::nanoTime, time -> TimeUnit.NANOSECONDS.sleep(time.toNanos()));
    }

    /**
     * Takes so many bytes, and waits until they may go. They are taken at once, so that who comes later waits longer, also when
     * there are more of them than a second gives.
     *
     * @throws StoreException when interrupted, which is what ends a run
     */
    void take(int bytes) throws StoreException {
        Duration wait = reserve(bytes);
        if (wait.isZero()) {
            return;
        }
        try {
            pause.let(wait);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException(Kind.REFUSED, "Interrupted while waiting for the upload rate limit.", e);
        }
    }

    private synchronized Duration reserve(int bytes) {
        long now = ticker.nanos();
        double since = (double) (now - filledAt) / NANOS_PER_SECOND;
        tokens = Math.min((double) bytesPerSecond, tokens + since * bytesPerSecond);
        filledAt = now;
        tokens -= bytes;
        return tokens >= 0 ? Duration.ZERO : Duration.ofNanos((long) (-tokens / bytesPerSecond * NANOS_PER_SECOND));
    }

    /** Nanoseconds since some moment. */
    @FunctionalInterface
    interface Ticker {
        long nanos();
    }

    /** Lets time pass. */
    @FunctionalInterface
    interface Pause {
        void let(Duration time) throws InterruptedException;
    }
}
