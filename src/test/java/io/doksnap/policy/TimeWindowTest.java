package io.doksnap.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeWindowTest {

    @ParameterizedTest
    @CsvSource({
        "23:45-00:15, 23:44, false",
        "23:45-00:15, 23:45, true",
        "23:45-00:15, 00:00, true",
        "23:45-00:15, 00:15, false",
        "23:45-00:15, 12:00, false",
        "1:00 - 05:30, 00:59, false",
        "1:00 - 05:30, 01:00, true",
        "1:00 - 05:30, 05:29, true",
        "1:00 - 05:30, 05:30, false",
    })
    void holdsItsBeginAndNotItsEndAlsoAcrossMidnight(String window, String time, boolean within) {
        assertThat(TimeWindow.parse(window).orElseThrow().contains(LocalTime.parse(time.strip())))
                .isEqualTo(within);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "23:45", "24:00-01:00", "23:60-01:00", "10:00-10:00", "a-b", "10-11", "1:00-2:00,3:00-4:00"})
    void anythingElseIsNone(String text) {
        assertThat(TimeWindow.parse(text)).isEmpty();
    }

    @Test
    void isWrittenAsItIsRead() {
        assertThat(TimeWindow.parse("9:05-10:00").orElseThrow()).hasToString("09:05-10:00");
    }
}
