package io.doksnap.app;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressState;
import org.jspecify.annotations.Nullable;

/** A line at the terminal that shows how many bytes have passed and how fast; nothing where there is no terminal. */
final class ProgressLine implements AutoCloseable {
    private static final int REFRESH_MILLIS = 200;
    private static final int BAR_LENGTH = 30;
    private static final int USUAL_WIDTH = 80;

    private final Console console;
    private final String task;
    private final LongSupplier bytes;
    private final long total;
    private final CountDownLatch closed = new CountDownLatch(1);
    private @Nullable ProgressBar bar;

    /**
     * Creates a line that is not shown yet.
     *
     * @param task what is done, to be read before an amount
     * @param total how many bytes there will be; 0 where nobody knows
     */
    ProgressLine(Console console, String task, LongSupplier bytes, long total) {
        this.console = console;
        this.task = task;
        this.bytes = bytes;
        this.total = total;
    }

    /** Shows the line until this is closed. */
    void show() {
        if (!console.interactive()) {
            return;
        }
        ProgressBarBuilder line = new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(Math.max(1, total))
                .setUpdateIntervalMillis(REFRESH_MILLIS)
                .setRenderer((state, width) -> fit(render(state), width))
                .clearDisplayOnFinish();
        if (console.err() != System.err) {
            // The terminal is another process's, which does not say how wide it is.
            line.setConsumer(new ConsoleProgressBarConsumer(console.err(), USUAL_WIDTH));
        }
        ProgressBar shown = line.build();
        bar = shown;
        Thread updater = new Thread(() -> update(shown), "doksnap-progress");
        updater.setDaemon(true);
        updater.start();
    }

    private String render(ProgressState state) {
        return render(task, bytes.getAsLong(), total, state.getTotalElapsed());
    }

    static String render(String task, long bytes, long total, Duration elapsed) {
        StringBuilder line = new StringBuilder(task).append("  ");
        if (total > 0) {
            double done = Math.min(1, (double) bytes / total);
            int filled = (int) (done * BAR_LENGTH);
            line.append('[')
                    .append("=".repeat(filled))
                    .append(" ".repeat(BAR_LENGTH - filled))
                    .append(String.format(Locale.ROOT, "] %3.0f %%  ", Math.floor(done * 100)));
        }
        line.append(Sizes.bytes(bytes));
        if (total > 0) {
            line.append(" of ").append(Sizes.bytes(total));
        }
        if (elapsed.toMillis() >= 1000) {
            line.append("  ")
                    .append(Sizes.bytes(bytes * 1000 / elapsed.toMillis()))
                    .append("/s");
        }
        line.append("  ").append(clock(elapsed));
        if (total > bytes && bytes > 0 && elapsed.toMillis() >= 1000) {
            double left = elapsed.toMillis() * ((double) (total - bytes) / bytes);
            line.append(", ").append(clock(Duration.ofMillis((long) left))).append(" left");
        }
        return line.toString();
    }

    private static String clock(Duration time) {
        return String.format(Locale.ROOT, "%d:%02d", time.toMinutes(), time.toSecondsPart());
    }

    private static String fit(String line, int width) {
        return line.length() <= width ? line : line.substring(0, Math.max(0, width));
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
