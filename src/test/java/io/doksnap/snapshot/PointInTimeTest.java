package io.doksnap.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PointInTimeTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    /** What is written, and the last second that is meant by it. */
    @ParameterizedTest
    @CsvSource({
        "2026-11-20, 2026-11-20T22:59:59Z",
        "2026-11-20 02:00, 2026-11-20T01:00:59Z",
        "2026-11-20T02:00, 2026-11-20T01:00:59Z",
        "2026-11-20 02:00:00, 2026-11-20T01:00:00Z",
        "2026-11-20T02:00:00Z, 2026-11-20T02:00:00Z",
        "2026-11-20T02:00:00.9z, 2026-11-20T02:00:00Z",
        "2026-11-20T02:00Z, 2026-11-20T02:00:59Z",
        "2026-11-20 02:00:00 +05:30, 2026-11-19T20:30:00Z",
        "2026-11-20T02:00:00-0800, 2026-11-20T10:00:00Z",
        "2025-03-30, 2025-03-30T21:59:59Z",
        "2025-03-30 02:30, 2025-03-30T01:30:59Z",
        "2025-10-26 02:30, 2025-10-26T01:30:59Z",
        "2024-02-29, 2024-02-29T22:59:59Z"
    })
    void whatWasNotWrittenIsTakenAsLateAsItCanBe(String text, Instant last) {
        PointInTime time = PointInTime.parse(text, BERLIN);
        assertThat(time.includes(last)).isTrue();
        assertThat(time.includes(last.plusSeconds(1))).isFalse();
        assertThat(time).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "now", "2026", "2026-13-01", "2025-02-29", "2026-11-20 25:00", "2026-11-20T02", "2026-11-20Z"
            })
    void everythingElseIsRefusedWithExamples(String text) {
        assertThatThrownBy(() -> PointInTime.parse(text, ZoneOffset.UTC))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("'" + text + "' is ")
                .hasMessageContaining("2025-03-30T02:00:00Z");
    }

    @Test
    void folderWhoseNameTellsNoTimeIsNeverMeant() {
        PointInTime time = PointInTime.parse("2999-01-01", BERLIN);
        assertThat(time.includes(new SnapshotFolder("shop", "host1", "20261120_020000_aa")))
                .isTrue();
        assertThat(time.includes(new SnapshotFolder("shop", "host1", "20269999_020000_aa")))
                .isFalse();
    }
}
