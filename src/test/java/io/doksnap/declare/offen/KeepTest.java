package io.doksnap.declare.offen;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeepTest {

    /** Zero stands for nothing said. */
    @ParameterizedTest
    @CsvSource({
        "-1, 1, 0, 0, false",
        "0, 1, 1, 0, false",
        "7, 1, 0, 7, false",
        "365, 1, 0, 365, false",
        "400, 1, 400, 0, false",
        "7, 24, 168, 0, false",
        "30, 0.142857, 5, 0, false",
        "1, 0.0329, 1, 0, false",
        "30, 96, 1000, 30, true",
        "2000, 1, 1000, 365, true",
    })
    void asManyAreKeptAsThereWereInThatTime(int days, double runsADay, int last, int daily, boolean lost) {
        Keep keep = Keep.of(days, runsADay);
        assertThat(keep.last().orElse(0)).isEqualTo(last);
        assertThat(keep.daily().orElse(0)).isEqualTo(daily);
        assertThat(keep.lost().isPresent()).isEqualTo(lost);
    }
}
