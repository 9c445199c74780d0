package io.doksnap.store;

import io.doksnap.store.S3StoreException.Cure;
import io.doksnap.store.StoreException.Kind;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Sends a request again while that may help: a bounded number of times, with growing and jittered pauses, and with a
 * bound on the time lost in silence, so that an endpoint that swallows everything is given up soon while a slow line
 * that breaks now and then is not.
 */
final class S3Retries {
    private final S3Limits.Patience patience;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean answeredBefore;

    S3Retries(S3Limits.Patience patience) {
        this.patience = patience;
    }

    <T> T run(Attempt<T> attempt) throws StoreException {
        long silentNanos = 0;
        boolean undecided = false;
        for (int number = 1; ; number++) {
            long start = System.nanoTime();
            try {
                T result = attempt.run();
                answeredBefore = true;
                return result;
            } catch (S3StoreException e) {
                answeredBefore |= e.kind() != Kind.UNREACHABLE;
                silentNanos += e.cure() == Cure.PATIENCE ? System.nanoTime() - start : 0;
                int attempts = answeredBefore ? patience.attempts() : patience.firstAttempts();
                boolean patient = silentNanos < patience.silenceInAll().toNanos();
                if (e.cure() == Cure.NONE || number >= attempts || !patient || closedWithin(backoff(number))) {
                    throw undecided ? e.afterUndecided() : e;
                }
                undecided |= e.isUndecided();
            }
        }
    }

    /** Ends every pause; the requests that wait in one fail with what they failed with before. */
    void close() {
        closed.countDown();
    }

    private boolean closedWithin(Duration pause) {
        try {
            return closed.await(pause.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private Duration backoff(int number) {
        Duration doubled = patience.backoff().multipliedBy(1L << Math.min(number - 1, 20));
        long most = Math.min(doubled.toNanos(), patience.longestBackoff().toNanos());
        return Duration.ofNanos(most / 2 + ThreadLocalRandom.current().nextLong(most / 2 + 1));
    }

    /** One try at a request. */
    @FunctionalInterface
    interface Attempt<T> {
        T run() throws StoreException;
    }
}
