package io.doksnap.docker;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has somebody look at an engine whenever something there may have changed: its containers and services, not what they do.
 *
 * <p>Events only say <em>that</em> something changed; what is true is seen by looking. So none is kept, none can be missed for good, and a thousand a
 * second are one look. It subscribes, then has everything looked at, then follows; when the stream breaks, as by a restart of the engine, it begins
 * again. As a connection can die without a word, it begins again every few minutes in any case.
 */
public final class EngineEvents implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EngineEvents.class);

    private final DockerEngine engine;
    private final Watcher watcher;
    private final Pace pace;
    private final BlockingQueue<Boolean> changes = new ArrayBlockingQueue<>(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread follower = new Thread(this::follow, "doksnap-docker-events");
    private final Thread looker = new Thread(this::look, "doksnap-docker-look");
    private volatile @Nullable DockerException deaf;

    private EngineEvents(DockerEngine engine, Watcher watcher, Pace pace) {
        this.engine = engine;
        this.watcher = watcher;
        this.pace = pace;
    }

    /** Who looks. Called by one thread, one call at a time, and never again once this is closed. */
    public interface Watcher {
        /** Looks at everything there is. What it throws is tried again. */
        void look() throws DockerException;

        /** In what time to look again although nothing is heard; asked after each look. Empty: whenever that is due. */
        default Optional<Duration> again() {
            return Optional.empty();
        }

        /**
         * How it stands after a look.
         *
         * @param trouble why the engine cannot be looked at or followed; empty: it can
         */
        void told(Optional<DockerException> trouble);
    }

    /**
     * How often.
     *
     * @param settle how long to wait after a change for more of them
     * @param gap the least time between two looks; longer where looks take long, so that at most a fifth of the time goes into them
     * @param resync how long until everything is looked at although nothing is heard
     * @param longestBackoff how long to wait at most before trying again what failed
     */
    public record Pace(Duration settle, Duration gap, Duration resync, Duration longestBackoff) {
        /** A change is seen within half a second, and a storm of them costs a look a second. */
        public static Pace usual() {
            return new Pace(
                    Duration.ofMillis(250), Duration.ofSeconds(1), Duration.ofMinutes(5), Duration.ofSeconds(30));
        }
    }

    /** Begins; the engine stays the caller's, and does not have to answer yet. */
    public static EngineEvents follow(DockerEngine engine, Watcher watcher, Pace pace) {
        EngineEvents events = new EngineEvents(engine, watcher, pace);
        for (Thread thread : new Thread[] {events.follower, events.looker}) {
            thread.setDaemon(true);
            thread.start();
        }
        return events;
    }

    private void changed() {
        boolean ignored = changes.offer(true);
    }

    private void follow() {
        Backoff backoff = new Backoff(pace.longestBackoff());
        try {
            while (!isClosed()) {
                AtomicBoolean heard = new AtomicBoolean();
                try {
                    engine.follow(
                            () -> {
                                heard.set(true);
                                deaf = null;
                                changed();
                            },
                            pace.resync());
                } catch (DockerException e) {
                    if (heard.get()) {
                        // It ended on the way; whether that matters is seen by trying again.
                        backoff.reset();
                    } else {
                        deaf = e;
                    }
                    changed();
                    rest(backoff.next());
                }
            }
        } catch (InterruptedException expected) {
            // Closed.
        }
    }

    private void look() {
        Backoff backoff = new Backoff(pace.longestBackoff());
        try {
            while (!isClosed()) {
                await(watcher.again());
                rest(pace.settle());
                // All that came meanwhile is seen by this look; what comes during it needs another one.
                changes.clear();
                long began = System.nanoTime();
                boolean seen = lookOnce();
                Duration took = Duration.ofNanos(System.nanoTime() - began);
                rest(max(pace.gap(), took.multipliedBy(4)));
                if (seen) {
                    backoff.reset();
                } else {
                    rest(backoff.next());
                    changed();
                }
            }
        } catch (InterruptedException expected) {
            // Closed.
        }
    }

    private void await(Optional<Duration> atMost) throws InterruptedException {
        if (atMost.isPresent()) {
            Boolean ignored = changes.poll(atMost.get().toNanos(), TimeUnit.NANOSECONDS);
        } else {
            changes.take();
        }
    }

    private boolean lookOnce() {
        try {
            watcher.look();
        } catch (DockerException e) {
            if (!isClosed()) {
                watcher.told(Optional.of(e));
            }
            return false;
        } catch (RuntimeException e) {
            LOG.error("what the Docker Engine has cannot be looked at, which is tried again", e);
            return false;
        }
        watcher.told(Optional.ofNullable(deaf));
        return true;
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    private void rest(Duration time) throws InterruptedException {
        boolean ignored = closed.await(time.toNanos(), TimeUnit.NANOSECONDS);
    }

    private static Duration max(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    /** Ends at once what is waited for, and waits until neither thread does anything any more. */
    @Override
    public void close() {
        closed.countDown();
        follower.interrupt();
        looker.interrupt();
        try {
            follower.join();
            looker.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ever longer pauses between failures. Used by one thread. */
    private static final class Backoff {
        private static final Duration FIRST = Duration.ofMillis(500);

        private final Duration longest;
        private Duration next = FIRST;

        Backoff(Duration longest) {
            this.longest = longest;
        }

        Duration next() {
            Duration pause = next;
            Duration twice = pause.multipliedBy(2);
            next = twice.compareTo(longest) < 0 ? twice : longest;
            return pause;
        }

        void reset() {
            next = FIRST;
        }
    }
}
