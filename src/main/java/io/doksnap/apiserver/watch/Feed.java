package io.doksnap.apiserver.watch;

import io.doksnap.apiserver.storage.Change;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;

/**
 * The changes that one watch has not sent yet.
 *
 * <p>Bounded: whoever is too slow to keep up is cut off, so that a stuck client costs no memory. It lists again and is well.
 */
public final class Feed implements AutoCloseable {
    private static final int LONGEST = 1_000;

    private final Queue<Change> queue = new ArrayBlockingQueue<>(LONGEST);
    private final History history;
    private final String resource;
    private final Runnable wake;
    private volatile boolean cutOff;

    Feed(History history, String resource, Runnable wake) {
        this.history = history;
        this.resource = resource;
        this.wake = wake;
    }

    /** Called by the history under its lock; false when this feed is cut off. */
    boolean offer(Change change) {
        if (!queue.offer(change)) {
            cutOff = true;
        }
        wake.run();
        return !cutOff;
    }

    /** The next change; empty when there is none yet, or never will be again. */
    public Optional<Change> poll() {
        return Optional.ofNullable(queue.poll());
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    /** Whether changes were lost because nobody polled: what is polled now is all that will ever come. */
    public boolean isCutOff() {
        return cutOff;
    }

    /** A version up to which everything has been polled; 0 when something waits. */
    public long caughtUp() {
        return history.caughtUp(this);
    }

    @Override
    public void close() {
        history.leave(resource, this);
    }
}
