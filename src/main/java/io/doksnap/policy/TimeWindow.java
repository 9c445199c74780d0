package io.doksnap.policy;

import java.time.LocalTime;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A part of each day.
 *
 * @param from the first moment of it
 * @param to the first moment after it; before {@code from} where midnight lies in it
 */
public record TimeWindow(LocalTime from, LocalTime to) {
    private static final Pattern FORM =
            Pattern.compile("([01]?[0-9]|2[0-3]):([0-5][0-9])\\s*-\\s*([01]?[0-9]|2[0-3]):([0-5][0-9])");

    /** Reads {@code 23:45-00:15}; one that begins and ends at the same time is none. */
    public static Optional<TimeWindow> parse(String text) {
        Matcher times = FORM.matcher(text.strip());
        if (!times.matches()) {
            return Optional.empty();
        }
        TimeWindow window = new TimeWindow(time(times, 1), time(times, 3));
        return window.from.equals(window.to) ? Optional.empty() : Optional.of(window);
    }

    private static LocalTime time(Matcher times, int group) {
        return LocalTime.of(Integer.parseInt(times.group(group)), Integer.parseInt(times.group(group + 1)));
    }

    /** Whether it is that part of the day. */
    public boolean contains(LocalTime time) {
        return from.isBefore(to)
                ? !time.isBefore(from) && time.isBefore(to)
                : !time.isBefore(from) || time.isBefore(to);
    }

    @Override
    public String toString() {
        return from + "-" + to;
    }
}
