package io.doksnap.docker;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Closes the connection of a long answer when the engine is silent for too long, or the thread that waits for it is interrupted: neither ends a
 * read of a socket by itself.
 */
final class SilenceWatch implements AutoCloseable {
    private static final long LOOK_MILLIS = 100;
    private static final long NOT_WAITING = Long.MIN_VALUE;

    private final Closeable connection;
    private final Thread waiter = Thread.currentThread();
    private final long longest;
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile long since = NOT_WAITING;
    private volatile boolean silent;

    /** Watches what the calling thread waits for. */
    SilenceWatch(Closeable connection, Duration longest) {
        this.connection = connection;
        this.longest = longest.toNanos();
        Thread thread = new Thread(this::watch, "docker silence");
        thread.setDaemon(true);
        thread.start();
    }

    /** What may take until the engine says or takes something. */
    @FunctionalInterface
    interface Wait<T> {
        T forEngine() throws IOException;
    }

    /** Waits for the engine. */
    <T> T wait(Wait<T> wait) throws IOException {
        long before = since;
        since = System.nanoTime();
        try {
            return wait.forEngine();
        } catch (IOException | RuntimeException e) {
            if (silent) {
                throw new SilentException(e);
            }
            if (waiter.isInterrupted()) {
                InterruptedIOException interrupted = new InterruptedIOException("interrupted while waiting for Docker");
                interrupted.initCause(e);
                throw interrupted;
            }
            throw e;
        } finally {
            since = before == NOT_WAITING ? NOT_WAITING : System.nanoTime();
        }
    }

    /** Waits for somebody else, in the middle of waiting for the engine. */
    <T> T pause(Wait<T> other) throws IOException {
        since = NOT_WAITING;
        try {
            return other.forEngine();
        } finally {
            since = System.nanoTime();
        }
    }

    private void watch() {
        try {
            while (!over.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                long began = since;
                if (began != NOT_WAITING && (waiter.isInterrupted() || System.nanoTime() - began > longest)) {
                    silent = !waiter.isInterrupted();
                    connection.close();
                    return;
                }
            }
        } catch (InterruptedException | IOException e) {
            // Nobody interrupts this thread; and a connection that ends badly has ended.
            over.countDown();
        }
    }

    @Override
    public void close() {
        over.countDown();
    }

    /** The engine said nothing for too long. */
    static final class SilentException extends IOException {
        private static final long serialVersionUID = 1L;

        SilentException(Throwable cause) {
            super("silent for too long", cause);
        }
    }
}
