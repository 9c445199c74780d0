package io.doksnap.snapshot;

import io.doksnap.policy.TimeZones;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * "As it was then": the moment up to which a snapshot may have been made to be the one that a person means. Whatever was not written is
 * taken as late as it can be: {@code 2025-03-30} is all of that day, and {@code 02:00} all of that minute.
 */
public final class PointInTime {
    private static final Pattern FORM = Pattern.compile(
            "(\\d{4}-\\d{2}-\\d{2})(?:[Tt ](\\d{2}:\\d{2})(:\\d{2}(?:[.,]\\d{1,9})?)? ?([Zz]|[+-]\\d{2}:?\\d{2})?)?");
    private static final DateTimeFormatter SHOWN =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final String text;
    private final Instant before;

    private PointInTime(String text, Instant before) {
        this.text = text;
        this.before = before;
    }

    /**
     * Reads a time as people write it: an instant such as {@code 2025-03-30T02:00:00Z} or {@code 2025-03-30T02:00+02:00}, a local time such as
     * {@code 2025-03-30 02:00}, or a date.
     *
     * @param zone of local times and dates; a time that a clock shows twice is the later one
     * @throws IllegalArgumentException when it is none; the message is for the person who wrote it
     */
    public static PointInTime parse(String text, ZoneId zone) {
        Matcher matcher = FORM.matcher(text.strip());
        if (!matcher.matches()) {
            throw complaint(text, "is no time", zone);
        }
        try {
            LocalDate date = LocalDate.parse(matcher.group(1));
            if (matcher.group(2) == null) {
                return new PointInTime(
                        text.strip(), date.plusDays(1).atStartOfDay(zone).toInstant());
            }
            String seconds = matcher.group(3);
            LocalDateTime written = LocalDateTime.parse(
                    date + "T" + matcher.group(2) + (seconds == null ? "" : seconds.replace(',', '.')));
            Instant moment = instant(written, matcher.group(4), zone).truncatedTo(ChronoUnit.SECONDS);
            return new PointInTime(
                    text.strip(), moment.plus(1, seconds == null ? ChronoUnit.MINUTES : ChronoUnit.SECONDS));
        } catch (DateTimeException impossible) {
            throw complaint(text, "is a time that there is not", zone);
        }
    }

    private static Instant instant(LocalDateTime written, String offset, ZoneId zone) {
        if (offset == null) {
            return ZonedDateTime.of(written, zone).withLaterOffsetAtOverlap().toInstant();
        }
        return OffsetDateTime.of(written, ZoneOffset.of(offset.toUpperCase(Locale.ROOT)))
                .toInstant();
    }

    private static IllegalArgumentException complaint(String text, String what, ZoneId zone) {
        return new IllegalArgumentException("'" + text + "' " + what
                + "; write a date such as 2025-03-30, a time such as '2025-03-30 02:00' (of " + TimeZones.name(zone)
                + "), or an instant such as 2025-03-30T02:00:00Z");
    }

    /** Whether something that was begun then is no younger. */
    public boolean includes(Instant begun) {
        return begun.isBefore(before);
    }

    /** Whether a snapshot is no younger; one whose name tells no time never is. */
    public boolean includes(SnapshotPlace place) {
        return begun(place).filter(this::includes).isPresent();
    }

    /** When a snapshot was begun, as its name says. */
    static Optional<Instant> begun(SnapshotPlace place) {
        return SnapshotFolder.timeOf(place.name());
    }

    /** When a snapshot was begun, for people. */
    public static String shown(SnapshotPlace place) {
        return begun(place).map(time -> SHOWN.format(time) + " UTC").orElseGet(place::id);
    }

    /** As it was written. */
    @Override
    public String toString() {
        return text;
    }
}
