package io.doksnap.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SizesTest {
    @Test
    void bytesAreReadAsAPersonReadsThem() {
        assertThat(Sizes.bytes(0)).isEqualTo("0 B");
        assertThat(Sizes.bytes(999)).isEqualTo("999 B");
        assertThat(Sizes.bytes(1000)).isEqualTo("1.0 kB");
        assertThat(Sizes.bytes(99_949)).isEqualTo("99.9 kB");
        assertThat(Sizes.bytes(99_950)).isEqualTo("100 kB");
        assertThat(Sizes.bytes(999_499)).isEqualTo("999 kB");
        assertThat(Sizes.bytes(999_500)).isEqualTo("1.0 MB");
        assertThat(Sizes.bytes(1_940_000_000)).isEqualTo("1.9 GB");
        assertThat(Sizes.bytes(Long.MAX_VALUE)).isEqualTo("9223 PB");
    }

    @Test
    void progressShowsABarOnlyWhereTheEndIsKnown() {
        assertThat(ProgressLine.render("shop: storing", 600_000_000, 0, Duration.ofSeconds(65)))
                .isEqualTo("shop: storing  600 MB  9.2 MB/s  1:05");
        assertThat(ProgressLine.render("shop: reading", 500, 1000, Duration.ofMillis(999)))
                .isEqualTo("shop: reading  [===============               ]  50 %  500 B of 1.0 kB  0:00");
        assertThat(ProgressLine.render("shop: reading", 1001, 1000, Duration.ofMinutes(61)))
                .isEqualTo("shop: reading  [==============================] 100 %  1.0 kB of 1.0 kB  0 B/s  61:00");
        assertThat(ProgressLine.render("shop: reading", 250_000_000, 1_000_000_000, Duration.ofSeconds(25)))
                .isEqualTo(
                        "shop: reading  [=======                       ]  25 %  250 MB of 1.0 GB  10.0 MB/s  0:25, 1:15 left");
    }

    @Test
    void countsHaveTheirWord() {
        assertThat(Sizes.count(0, "file", "files")).isEqualTo("0 files");
        assertThat(Sizes.count(1, "file", "files")).isEqualTo("1 file");
        assertThat(Sizes.count(50_000, "file", "files")).isEqualTo("50,000 files");
    }

    @Test
    void durationsAndAgesHaveTheUnitThatSaysSomething() {
        assertThat(Sizes.duration(Duration.ofMillis(1234))).isEqualTo("1.2 s");
        assertThat(Sizes.duration(Duration.ofSeconds(61))).isEqualTo("1 min 01 s");
        assertThat(Sizes.duration(Duration.ofMinutes(62))).isEqualTo("1 h 02 min");
        assertThat(Sizes.age(Duration.ofSeconds(-5))).isEqualTo("just now");
        assertThat(Sizes.age(Duration.ofMinutes(59))).isEqualTo("59 min ago");
        assertThat(Sizes.age(Duration.ofHours(47))).isEqualTo("47 h ago");
        assertThat(Sizes.age(Duration.ofDays(2))).isEqualTo("2 days ago");
    }
}
