package io.doksnap.apiserver.rest;

import io.doksnap.apiserver.failure.Failures;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Bounds how many bodies are read at a time: each holds a thread, and a client may send its own slowly, or never to its end. */
final class BodyTurns {
    /** Half of the threads: the others go on answering those who only read. */
    private static final int MOST = RestServer.MOST_THREADS / 2;

    private static final long PATIENCE_MILLIS = 500;

    private final Semaphore turns = new Semaphore(MOST);

    /** Whoever is given a turn gives it back; whoever gets none fails. */
    void take() {
        try {
            if (turns.tryAcquire(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw Failures.tooManyRequests(
                "too many requests whose bodies have not arrived to their end, please try again later", 1);
    }

    void giveBack() {
        turns.release();
    }
}
