package io.doksnap.operator;

import io.doksnap.api.Reason;
import io.doksnap.run.Cancellation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that takes its time: backups, restores, verifications. So many are carried out at the same time, in the order in which they
 * came, but for those that would touch what another one is at: these are passed by, and wait.
 *
 * <p>One lock guards the queue, and nobody waits for anything while holding it.
 */
final class Runs implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Runs.class);

    private final int limit;
    private final ExecutorService threads;
    private final ExecutorService lowThreads;
    private final Map<String, Entry> queued = new LinkedHashMap<>();
    private final Map<String, Entry> running = new LinkedHashMap<>();
    private boolean closed;

    Runs(int limit) {
        this(limit, () -> {});
    }

    /**
     * Creates it without any thread: they come with the runs, and go when there are none for a while.
     *
     * @param stepBack lowers the priority of the thread that calls it; it cannot be raised again, so there are others for those that do not step back
     */
    Runs(int limit, Runnable stepBack) {
        this.limit = limit;
        AtomicInteger number = new AtomicInteger();
        this.threads = pool(limit, work -> new Thread(work, "doksnap-run-" + number.incrementAndGet()));
        this.lowThreads = pool(
                limit,
                work -> new Thread(
                        () -> {
                            stepBack.run();
                            work.run();
                        },
                        "doksnap-run-" + number.incrementAndGet()));
    }

    private static ExecutorService pool(int limit, ThreadFactory factory) {
        ThreadPoolExecutor pool =
                new ThreadPoolExecutor(limit, limit, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), factory);
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** Something to carry out. */
    interface Job {
        /** Names it among all others. */
        String id();

        /** What it touches; no two jobs that touch the same are carried out at the same time. */
        Set<String> touches();

        /** Whether it leaves processor and disks to others, as far as the limits of the configuration say. */
        default boolean stepsBack() {
            return true;
        }

        /** Carries it out; whatever can happen on the way is the job's own to keep. */
        void run(Cancellation cancellation);

        /** It was ended before it began. */
        void dropped(Reason because);
    }

    private record Entry(Job job, Cancellation cancellation) {}

    /** Adds a job; false where there is one of that name, or nothing is begun any more. */
    boolean submit(Job job) {
        synchronized (this) {
            if (closed || queued.containsKey(job.id()) || running.containsKey(job.id())) {
                return false;
            }
            queued.put(job.id(), new Entry(job, new Cancellation()));
            startAll();
        }
        return true;
    }

    /** Whether a job of that name waits or is carried out. */
    synchronized boolean has(String id) {
        return queued.containsKey(id) || running.containsKey(id);
    }

    synchronized boolean isRunning(String id) {
        return running.containsKey(id);
    }

    /** The names of those that are carried out. */
    synchronized List<String> running() {
        return List.copyOf(running.keySet());
    }

    /** How many wait. */
    synchronized int waiting() {
        return queued.size();
    }

    /** Ends a job, or keeps it from beginning; does nothing where there is none of that name. Does not wait for its end. */
    void cancel(String id, Reason because) {
        Entry dropped;
        synchronized (this) {
            dropped = queued.remove(id);
            Entry started = running.get(id);
            if (started != null) {
                started.cancellation().cancel(because);
            }
        }
        if (dropped != null) {
            dropped.job().dropped(because);
        }
    }

    /** Called with the lock held. */
    private void startAll() {
        Set<String> busy = new HashSet<>();
        running.values().forEach(entry -> busy.addAll(entry.job().touches()));
        for (Entry entry : new ArrayList<>(queued.values())) {
            if (running.size() >= limit) {
                return;
            }
            boolean free = entry.job().touches().stream().noneMatch(busy::contains);
            // Also what a job waits for is busy: else those that touch less would pass it by for ever.
            busy.addAll(entry.job().touches());
            if (free) {
                queued.remove(entry.job().id());
                running.put(entry.job().id(), entry);
                (entry.job().stepsBack() ? lowThreads : threads).execute(() -> carryOut(entry));
            }
        }
    }

    private void carryOut(Entry entry) {
        try {
            entry.job().run(entry.cancellation());
        } catch (RuntimeException | Error e) {
            LOG.error("unexpected end of {}", entry.job().id(), e);
            entry.job().dropped(Reason.INTERRUPTED);
        } finally {
            synchronized (this) {
                running.remove(entry.job().id());
                if (!closed) {
                    startAll();
                }
                notifyAll();
            }
        }
    }

    /** Begins nothing any more, ends all that runs, and waits for it so long; false where something is still not done. */
    boolean stop(Duration within) {
        List<Entry> dropped;
        synchronized (this) {
            closed = true;
            dropped = List.copyOf(queued.values());
            queued.clear();
            running.values().forEach(entry -> entry.cancellation().cancel(Reason.INTERRUPTED));
        }
        dropped.forEach(entry -> entry.job().dropped(Reason.INTERRUPTED));
        threads.shutdown();
        lowThreads.shutdown();
        long end = System.nanoTime() + within.toNanos();
        try {
            return threads.awaitTermination(within.toNanos(), TimeUnit.NANOSECONDS)
                    && lowThreads.awaitTermination(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() {
        stop(Duration.ZERO);
    }
}
