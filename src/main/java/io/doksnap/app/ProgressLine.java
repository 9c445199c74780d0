package io.doksnap.app;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressState;
import org.jspecify.annotations.Nullable;

/** A line at the terminal that shows how many bytes have passed and how fast; nothing where there is no terminal. */
final class ProgressLine implements AutoCloseable {
    private static final int REFRESH_MILLIS = 200;

    private final Console console;
    private final String task;
    private final LongSupplier bytes;
    private @Nullable ProgressBar bar;
    private final CountDownLatch closed = new CountDownLatch(1);

    ProgressLine(Console console, String task, LongSupplier bytes) {
        this.console = console;
        this.task = task;
        this.bytes = bytes;
    }

    /** Shows the line until this is closed. */
    void show() {
        if (!console.interactive()) {
            return;
        }
        ProgressBar shown = new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(-1)
                .setUpdateIntervalMillis(REFRESH_MILLIS)
                .setRenderer(ProgressLine::render)
                .clearDisplayOnFinish()
                .build();
        bar = shown;
        Thread updater = new Thread(() -> update(shown), "doksnap-progress");
        updater.setDaemon(true);
        updater.start();
    }

    /** The total is not known beforehand, so there is no bar to fill: how much, how fast, how long. */
    private static String render(ProgressState state, int width) {
        Duration elapsed = state.getElapsedAfterStart();
        long bytesPerSecond = state.getCurrent() * 1000 / Math.max(1, elapsed.toMillis());
        String line = state.getTaskName() + ": " + Sizes.bytes(state.getCurrent()) + ", " + Sizes.bytes(bytesPerSecond)
                + "/s, " + Sizes.duration(elapsed);
        return line.length() <= width ? line : line.substring(0, width);
    }

    private void update(ProgressBar shown) {
        try {
            while (!closed.await(REFRESH_MILLIS, TimeUnit.MILLISECONDS)) {
                shown.stepTo(bytes.getAsLong());
            }
        } catch (InterruptedException expected) {
            // Nobody interrupts this thread but the end of the process.
        }
    }

    @Override
    public void close() {
        closed.countDown();
        if (bar != null) {
            bar.close();
        }
    }
}
