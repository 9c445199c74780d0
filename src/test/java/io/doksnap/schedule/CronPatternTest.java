package io.doksnap.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.ZoneOffset;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CronPatternTest {
    private static final Pattern PATTERN = Pattern.compile(CronPattern.ANY);
    private static final String[] PARTS = {
        "0", "1", "2", "3", "5", "7", "9", "10", "12", "23", "24", "31", "32", "59", "60", "007", "*", "*", ",", "-",
        "/", "/", "|", "?", "L", "W", "#", "MON", "sun", "JAN", "dec", "x"
    };

    @Test
    void nothingThatIsAScheduleIsRefused() {
        Random random = new Random(20260213);
        int valid = 0;
        for (int i = 0; i < 8_000; i++) {
            String text = expression(random);
            if (isSchedule(text)) {
                valid++;
                assertThat(PATTERN.matcher(text).find()).as(text).isTrue();
            }
        }
        assertThat(valid).as("the property was tried").isGreaterThan(500);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "@daily",
                "daily",
                "@Daily-Random",
                " 0 2 * * * ",
                "*/15 * * * *",
                "0 2 1,15 * MON-FRI",
                "0\t2  * jan 7",
                "30 2 * * 0"
            })
    void whatPeopleWriteIsTaken(String text) {
        assertThat(PATTERN.matcher(text).find()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "every day",
                "@dayly",
                "0 2 * *",
                "0 0 2 * * *",
                "0 2 * * * root",
                "02:00",
                "@every 5m",
                "0  2 * *",
                "2h",
                "0 2 ? * *",
                "0.5 2 * * *",
                "0 2 * * MON#1"
            })
    void whatPlainlyIsNoneIsRefused(String text) {
        assertThat(PATTERN.matcher(text).find()).isFalse();
    }

    /** Mostly stars, so that many expressions are valid. */
    private static String expression(Random random) {
        return IntStream.range(0, random.nextInt(20) == 0 ? 4 + random.nextInt(3) : 5)
                .mapToObj(i -> random.nextInt(3) > 0 ? "*" : field(random))
                .collect(Collectors.joining(random.nextInt(10) == 0 ? "  " : " "));
    }

    private static String field(Random random) {
        return IntStream.rangeClosed(0, random.nextInt(5))
                .mapToObj(i -> PARTS[random.nextInt(PARTS.length)])
                .collect(Collectors.joining());
    }

    private static boolean isSchedule(String text) {
        try {
            CronSchedule.parse(text, ZoneOffset.UTC);
            return true;
        } catch (InvalidCronException e) {
            return false;
        }
    }
}
