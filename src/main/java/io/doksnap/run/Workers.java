package io.doksnap.run;

import java.io.InterruptedIOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Threads that work for one that waits for them. Closing interrupts and joins what still works, so that none outlives the step that it was
 * started for. Used by the waiting thread.
 */
final class Workers implements AutoCloseable {
    private final List<Thread> threads = new CopyOnWriteArrayList<>();

    /** Starts a thread; a daemon, as a read that hangs in the kernel must not keep the process alive. */
    void start(String name, Runnable body) {
        Thread thread = new Thread(body, name);
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    /** Interrupts all; they end by themselves, and soon. */
    void interrupt() {
        threads.forEach(Thread::interrupt);
    }

    /**
     * Waits until all have ended.
     *
     * @throws InterruptedIOException when the waiting thread was interrupted; they work on
     */
    void join() throws InterruptedIOException {
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException wrapped = new InterruptedIOException("interrupted while waiting for other threads");
            wrapped.initCause(e);
            throw wrapped;
        }
    }

    /** Waits until all have ended, whatever happens to the waiting thread. */
    void joinForSure() {
        boolean interrupted = false;
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        interrupt();
        joinForSure();
    }
}
