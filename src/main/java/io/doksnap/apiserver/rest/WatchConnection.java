package io.doksnap.apiserver.rest;

import io.doksnap.apiserver.watch.Watch;
import io.doksnap.apiserver.watch.WatchEvent;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection of one watch. It is written to without blocking: by the thread that hands on changes while the connection
 * takes bytes, and by Jetty's when it takes some again.
 */
final class WatchConnection implements WriteListener {
    private static final Logger LOG = LoggerFactory.getLogger(WatchConnection.class);

    private final Function<WatchEvent, byte[]> encoder;
    private final Executor executor;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();

    /** Guards what follows, and the output. */
    private final Object lock = new Object();

    private @Nullable Watch watch;
    private @Nullable ServletOutputStream out;
    private boolean unflushed;
    private boolean over;

    WatchConnection(Function<WatchEvent, byte[]> encoder, Executor executor) {
        this.encoder = encoder;
        this.executor = executor;
    }

    /** Done when the watch has ended, for whatever reason. */
    CompletableFuture<Void> ended() {
        return ended;
    }

    /** Begins to send. */
    void open(Watch opened, ServletOutputStream output) {
        synchronized (lock) {
            watch = opened;
            out = output;
        }
        var unused = ended.whenComplete((nothing, failure) -> opened.close());
        output.setWriteListener(this);
    }

    /** There may be something to send. From any thread; returns at once. */
    void wake() {
        if (!ended.isDone() && scheduled.compareAndSet(false, true)) {
            try {
                executor.execute(this::drain);
            } catch (RejectedExecutionException e) {
                end();
            }
        }
    }

    void wantBookmark() {
        synchronized (lock) {
            if (watch != null) {
                watch.wantBookmark();
            }
        }
        wake();
    }

    /** Ends it once everything that is under way is sent. From any thread. */
    void end() {
        synchronized (lock) {
            over = true;
        }
        complete();
    }

    /** Runs the end of the request, so never under the lock. */
    private void complete() {
        ended.complete(null);
    }

    private void drain() {
        scheduled.set(false);
        onWritePossible();
    }

    @Override
    public void onWritePossible() {
        boolean finished;
        synchronized (lock) {
            finished = !over && !write();
            over |= finished;
        }
        if (finished) {
            complete();
        }
    }

    /** Sends while the connection takes bytes; false when there is nothing more to come. */
    private boolean write() {
        if (watch == null || out == null) {
            return true;
        }
        if (watch.isCutOff()) {
            // Whoever is so slow lists again; what it still would have got is of no use, and the connection may never
            // take it.
            return false;
        }
        try {
            while (out.isReady()) {
                WatchEvent event = watch.next();
                if (event != null) {
                    out.write(encoder.apply(event));
                    unflushed = true;
                } else if (unflushed) {
                    unflushed = false;
                    out.flush();
                } else {
                    return true;
                }
            }
            return true;
        } catch (IOException e) {
            // The client is gone.
            return false;
        } catch (RuntimeException e) {
            LOG.error("a watch ends because one of its events cannot be shown", e);
            return false;
        }
    }

    @Override
    public void onError(Throwable failure) {
        end();
    }
}
