package io.doksnap.declare;

import io.doksnap.policy.DataSize;
import io.doksnap.policy.IoPriority;
import io.doksnap.policy.TimeWindow;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Reads {@code limits}. */
final class LimitsReader {
    private static final int MOST_RUNS = 64;
    private static final int MOST_THREADS = 64;
    private static final int NICEST = 19;

    /** Slower than this, a part of an object takes longer than servers and networks wait for it. */
    private static final long SLOWEST_UPLOAD = 64 << 10;

    private final Problems problems;

    LimitsReader(Problems problems) {
        this.problems = problems;
    }

    Limits read(Section limits) {
        Limits read = new Limits(
                number(limits, "runs", 1, MOST_RUNS).orElse(Limits.USUAL_RUNS),
                number(limits, "threads", 1, MOST_THREADS),
                OptionalInt.of(number(limits, "nice", 0, NICEST).orElse(Limits.USUAL_NICE)),
                io(limits),
                uploadRate(limits),
                window(limits));
        limits.reportUnknownKeys();
        return read;
    }

    private OptionalInt number(Section limits, String key, int least, int most) {
        OptionalInt number = limits.number(key);
        if (number.isPresent() && (number.getAsInt() < least || number.getAsInt() > most)) {
            problems.add(limits.place(key), "must be " + least + " to " + most + ", and is " + number.getAsInt());
            return OptionalInt.empty();
        }
        return number;
    }

    private Optional<IoPriority> io(Section limits) {
        Optional<String> written = limits.text("io");
        Optional<IoPriority> io = written.flatMap(IoPriority::parse);
        if (written.isPresent() && io.isEmpty()) {
            problems.add(
                    limits.place("io"),
                    "'" + written.get()
                            + "' is no priority; write idle, best-effort, or best-effort:0 to best-effort:7");
        }
        return io;
    }

    private Optional<TimeWindow> window(Section limits) {
        Optional<String> written = limits.text("window");
        Optional<TimeWindow> window = written.flatMap(TimeWindow::parse);
        if (written.isPresent() && window.isEmpty()) {
            problems.add(
                    limits.place("window"),
                    "'" + written.get() + "' is no part of a day; write its begin and its end, such as 01:00-06:00");
        }
        return window;
    }

    private OptionalLong uploadRate(Section limits) {
        Optional<String> written = limits.text("upload_rate");
        if (written.isEmpty()) {
            return OptionalLong.empty();
        }
        OptionalLong rate = DataSize.parse(written.get().replaceFirst("(?i)/s$", ""));
        if (rate.isEmpty()) {
            problems.add(
                    limits.place("upload_rate"),
                    "'" + written.get() + "' is no amount of data; write bytes a second such as 500KiB or 10MiB");
        } else if (rate.getAsLong() < SLOWEST_UPLOAD) {
            problems.add(
                    limits.place("upload_rate"),
                    "is " + rate.getAsLong() + " bytes a second, and uploads slower than 64KiB a second time out");
            return OptionalLong.empty();
        }
        return rate;
    }
}
