package io.doksnap.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestTest {
    private static final List<String> KEYS = List.of("schedule", "source", "retention", "keep_last", "name");

    @ParameterizedTest
    @CsvSource({
        "schedul, schedule",
        "Schedule, schedule",
        "shcedule, schedule",
        "keepLast, keep_last",
        "keep-last, keep_last",
        "retentoin, retention",
        "nmae, name",
        "sources, source"
    })
    void typingMistakeFindsWhatWasMeant(String word, String meant) {
        assertThat(Nearest.to(word, KEYS)).contains(meant);
    }

    @ParameterizedTest
    @CsvSource({"x", "destination", "nothing", "''"})
    void anotherWordFindsNothing(String word) {
        assertThat(Nearest.to(word, KEYS)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"'', '', 0", "a, '', 1", "abc, abc, 0", "abc, acb, 1", "abc, axc, 1", "kitten, sitting, 3"})
    void distanceCountsTypingMistakes(String left, String right, int mistakes) {
        assertThat(Nearest.distance(left, right)).isEqualTo(mistakes);
        assertThat(Nearest.distance(right, left)).isEqualTo(mistakes);
    }

    @Test
    void remedyListsEverythingWhereNothingIsClose() {
        assertThat(Nearest.remedy("gzip", List.of("none", "zstd"))).isEqualTo("known here: none, zstd");
        assertThat(Nearest.remedy("zst", List.of("none", "zstd"))).isEqualTo("did you mean 'zstd'?");
    }
}
