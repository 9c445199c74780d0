package io.doksnap.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class KeysTest {
    private static final List<String> CHARACTERS =
            List.of("a", "b", "/", " ", "é", "€", "\uFFFD", "\uE000", "😀", "😁");

    @Test
    void orderIsThatOfTheUtf8Bytes() {
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            String left = text(random);
            String right = text(random);
            assertThat(Integer.signum(Keys.BYTE_ORDER.compare(left, right)))
                    .as("%s and %s", left, right)
                    .isEqualTo(Integer.signum(Arrays.compareUnsigned(left.getBytes(UTF_8), right.getBytes(UTF_8))));
        }
    }

    @Test
    void everySegmentHasOneAsciiFileNameOfItsOwn() {
        Random random = new Random(2);
        for (int i = 0; i < 20_000; i++) {
            String segment = text(random).replace("/", "%") + (char) ('0' + random.nextInt(70));
            String name = FileNames.encode(segment);
            assertThat(name).matches("[\\x20-\\x7e&&[^/]]+").doesNotStartWith(".");
            assertThat(FileNames.decode(name)).contains(segment);
        }
    }

    @Test
    void fileNamesOfOthersStandForNoSegment() {
        assertThat(List.of(".hidden", "100%", "%4", "%zz", "%41", "é", "%c3%a9", "%FF"))
                .allSatisfy(name -> assertThat(FileNames.decode(name)).isEmpty());
    }

    private static String text(Random random) {
        return random.ints(random.nextInt(4), 0, CHARACTERS.size())
                .mapToObj(CHARACTERS::get)
                .collect(Collectors.joining());
    }
}
