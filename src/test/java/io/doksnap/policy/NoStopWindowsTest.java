package io.doksnap.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalTime;
import java.time.ZonedDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NoStopWindowsTest {

    @ParameterizedTest
    @CsvSource({
        "2026-11-22T12:00+01:00[Europe/Berlin], 2026-11-22T23:45, 2026-11-23T00:15",
        "2026-11-22T23:44:59+01:00[Europe/Berlin], 2026-11-22T23:45, 2026-11-23T00:15",
        "2026-11-22T23:45+01:00[Europe/Berlin], 2026-11-22T23:45, 2026-11-23T00:15",
        "2026-11-23T00:14:59.9+01:00[Europe/Berlin], 2026-11-22T23:45, 2026-11-23T00:15",
        "2026-11-23T00:15+01:00[Europe/Berlin], 2026-11-23T23:45, 2026-11-24T00:15"
    })
    void windowPastMidnightIsTheOneUnderWayOrElseTheNext(String now, String begin, String end) {
        NoStopWindows.Span span =
                NoStopWindows.DOKPLOY.from(ZonedDateTime.parse(now)).orElseThrow();
        assertThat(span.begin().toLocalDateTime()).hasToString(begin);
        assertThat(span.end().toLocalDateTime()).hasToString(end);
    }

    @Test
    void nearestOfSeveralCounts() {
        NoStopWindows windows = new NoStopWindows(List.of(
                new TimeWindow(LocalTime.of(22, 0), LocalTime.of(23, 0)),
                new TimeWindow(LocalTime.of(3, 0), LocalTime.of(4, 0))));
        assertThat(windows.from(ZonedDateTime.parse("2026-11-22T02:00Z"))
                        .orElseThrow()
                        .begin())
                .hasToString("2026-11-22T03:00Z");
        assertThat(windows.from(ZonedDateTime.parse("2026-11-22T05:00Z"))
                        .orElseThrow()
                        .begin())
                .hasToString("2026-11-22T22:00Z");
        assertThat(NoStopWindows.NONE.from(ZonedDateTime.parse("2026-11-22T05:00Z")))
                .isEmpty();
    }

    /** 02:00 to 03:00 is not there on that night. */
    @Test
    void windowThatTheClocksSkipHasNoLength() {
        NoStopWindows windows = new NoStopWindows(List.of(new TimeWindow(LocalTime.of(2, 15), LocalTime.of(2, 45))));
        NoStopWindows.Span span = windows.from(ZonedDateTime.parse("2025-03-30T01:00+01:00[Europe/Berlin]"))
                .orElseThrow();
        assertThat(span.end()).isAfterOrEqualTo(span.begin());
    }
}
