package io.doksnap.policy;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;

/** Time zones as people write them. */
public final class TimeZones {
    private TimeZones() {}

    /** Reads a time zone: an IANA name such as {@code Europe/Berlin}, {@code UTC}, or an offset such as {@code +02:00}. */
    public static Optional<ZoneId> parse(String text) {
        try {
            return Optional.of(ZoneId.of(text));
        } catch (DateTimeException unknown) {
            return Optional.empty();
        }
    }

    /** What to say about a text that is no time zone. */
    public static String complaint(String text) {
        return "'" + text + "' is no time zone; "
                + Nearest.to(text, ZoneId.getAvailableZoneIds())
                        .map(nearest -> "did you mean '" + nearest + "'?")
                        .orElse("use an IANA name such as Europe/Berlin");
    }

    /** What a person calls a zone: UTC has several names, of which "Z" says little. */
    public static String name(ZoneId zone) {
        return zone.normalized().equals(ZoneOffset.UTC) ? "UTC" : zone.getId();
    }
}
