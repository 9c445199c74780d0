package io.doksnap.app;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** A line at the terminal that shows how many bytes have passed and how fast; nothing where there is no terminal. */
final class ProgressLine implements AutoCloseable {
    private static final int REFRESH_MILLIS = 200;
    private static final long MEGABYTE = 1_000_000;

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
                .setUnit(" MB", MEGABYTE)
                .setUpdateIntervalMillis(REFRESH_MILLIS)
                .setStyle(ProgressBarStyle.ASCII)
                .showSpeed()
                .clearDisplayOnFinish()
                .build();
        bar = shown;
        Thread updater = new Thread(() -> update(shown), "doksnap-progress");
        updater.setDaemon(true);
        updater.start();
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
