package io.doksnap.policy;

import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZonedDateTime;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Times of day at which nothing is to be down, as something else on the host then removes what does not run. No stop begins in one, and none lasts into
 * one.
 */
public record NoStopWindows(List<TimeWindow> windows) {
    /** There is no such time. */
    public static final NoStopWindows NONE = new NoStopWindows(List.of());

    /** Around Dokploy's nightly cleanup. */
    public static final NoStopWindows DOKPLOY =
            new NoStopWindows(List.of(new TimeWindow(LocalTime.of(23, 45), LocalTime.of(0, 15))));

    public NoStopWindows {
        windows = List.copyOf(windows);
    }

    /**
     * A window on a certain day.
     *
     * @param end is outside again
     */
    public record Span(TimeWindow window, ZonedDateTime begin, ZonedDateTime end) {}

    /** The one that is under way at a time, or else the next one; empty where there are none. */
    public Optional<Span> from(ZonedDateTime time) {
        return windows.stream()
                .flatMap(window -> spans(window, time))
                .filter(span -> span.end().isAfter(time))
                .min(Comparator.comparing(Span::begin));
    }

    /** Those that begin yesterday, today and tomorrow. */
    private static Stream<Span> spans(TimeWindow window, ZonedDateTime time) {
        return IntStream.rangeClosed(-1, 1).mapToObj(days -> {
            LocalDate day = time.toLocalDate().plusDays(days);
            LocalDate last = window.to().isAfter(window.from()) ? day : day.plusDays(1);
            return new Span(
                    window,
                    day.atTime(window.from()).atZone(time.getZone()),
                    last.atTime(window.to()).atZone(time.getZone()));
        });
    }
}
