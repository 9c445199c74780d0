package io.doksnap.declare.offen;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads durations as Go writes them: {@code 1h30m}, {@code 90s}, {@code 1.5h}. */
final class GoDuration {
    private static final Pattern PART = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)(h|ms|us|ns|m|s)");

    private GoDuration() {}

    static Optional<Duration> parse(String text) {
        Matcher parts = PART.matcher(text.strip());
        double seconds = 0;
        int end = 0;
        while (parts.find() && parts.start() == end) {
            end = parts.end();
            double number = Double.parseDouble(parts.group(1));
            seconds += switch (parts.group(2)) {
                case "h" -> number * 3600;
                case "m" -> number * 60;
                case "s" -> number;
                default -> 0;
            };
        }
        return end == 0 || end != text.strip().length()
                ? Optional.empty()
                : Optional.of(Duration.ofMillis(Math.round(seconds * 1000)));
    }

    /** As our settings write it: whole seconds, or the largest unit that fits. */
    static String ours(Duration time) {
        long seconds = Math.max(1, time.toSeconds());
        if (seconds % 3600 == 0) {
            return seconds / 3600 + "h";
        }
        return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
    }
}
