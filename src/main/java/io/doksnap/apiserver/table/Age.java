package io.doksnap.apiserver.table;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;

/** How long ago something was, in two units at most: kubectl's rules (k8s.io/apimachinery/pkg/util/duration). */
public final class Age {
    private static final long MINUTE = 60;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;
    private static final long YEAR = 365 * DAY;

    private Age() {}

    /** @param time in the form of RFC 3339, empty where there is none */
    static String of(String time, Instant now) {
        if (time.isEmpty()) {
            return "<unknown>";
        }
        try {
            return of(Duration.between(OffsetDateTime.parse(time).toInstant(), now));
        } catch (DateTimeException | ArithmeticException e) {
            return "<invalid>";
        }
    }

    /** The further away, the coarser; what lies more than a second in the future is invalid. */
    public static String of(Duration age) {
        // Towards zero, as Go converts: half a second in the future is now.
        long seconds = age.toMillis() / 1000;
        if (seconds < -1) {
            return "<invalid>";
        }
        if (seconds < 0) {
            return "0s";
        }
        if (seconds < 2 * MINUTE) {
            return seconds + "s";
        }
        return seconds < 8 * HOUR ? ofHours(seconds) : ofDays(seconds);
    }

    private static String ofHours(long seconds) {
        if (seconds < 10 * MINUTE) {
            return two(seconds, MINUTE, "m", 1, "s");
        }
        if (seconds < 3 * HOUR) {
            return seconds / MINUTE + "m";
        }
        return two(seconds, HOUR, "h", MINUTE, "m");
    }

    private static String ofDays(long seconds) {
        if (seconds < 2 * DAY) {
            return seconds / HOUR + "h";
        }
        if (seconds < 8 * DAY) {
            return two(seconds, DAY, "d", HOUR, "h");
        }
        if (seconds < 2 * YEAR) {
            return seconds / DAY + "d";
        }
        return seconds < 8 * YEAR ? two(seconds, YEAR, "y", DAY, "d") : seconds / YEAR + "y";
    }

    private static String two(long seconds, long large, String largeUnit, long small, String smallUnit) {
        long rest = seconds % large / small;
        return seconds / large + largeUnit + (rest == 0 ? "" : rest + smallUnit);
    }
}
