package io.doksnap.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CronScheduleTest {
    private static final String BERLIN = "Europe/Berlin";
    private static final String LORD_HOWE = "Australia/Lord_Howe";

    @Test
    void fixedTimeInsideAGapRunsAtTheGapsEnd() throws Exception {
        assertThat(firings("30 2 * * *", BERLIN, "2025-03-29T00:00:00+01:00", 3))
                .containsExactly(
                        "2025-03-29T02:30+01:00", // the day before
                        "2025-03-30T03:00+02:00",
                        "2025-03-31T02:30+02:00");
    }

    @Test
    void fixedTimeInsideAnOverlapRunsOnceTheFirstTime() throws Exception {
        assertThat(firings("30 2 * * *", BERLIN, "2025-10-25T12:00:00+02:00", 2))
                .containsExactly("2025-10-26T02:30+02:00", "2025-10-27T02:30+01:00");
    }

    @Test
    void fixedTimeStaysDoneWhenAskedDuringTheSecondPassOfAnOverlap() throws Exception {
        assertThat(firings("30 2 * * *", BERLIN, "2025-10-26T02:10:00+01:00", 1))
                .containsExactly("2025-10-27T02:30+01:00");
    }

    @Test
    void severalTimesInsideOneGapMakeOneRun() throws Exception {
        assertThat(firings("*/15 2 * * *", BERLIN, "2025-03-30T00:00:00+01:00", 2))
                .containsExactly("2025-03-30T03:00+02:00", "2025-03-31T02:00+02:00");
    }

    @Test
    void everySecondHourLosesNoRunInAGap() throws Exception {
        assertThat(firings("0 */2 * * *", BERLIN, "2025-03-30T00:00:00+01:00", 2))
                .containsExactly("2025-03-30T03:00+02:00", "2025-03-30T04:00+02:00");
    }

    @Test
    void hourlyGoesOnAtItsPaceThroughAGap() throws Exception {
        assertThat(firings("30 * * * *", BERLIN, "2025-03-30T00:45:00+01:00", 3))
                .containsExactly("2025-03-30T01:30+01:00", "2025-03-30T03:30+02:00", "2025-03-30T04:30+02:00");
    }

    @Test
    void hourlyGoesOnAtItsPaceThroughAnOverlap() throws Exception {
        assertThat(firings("0 * * * *", BERLIN, "2025-10-26T01:30:00+02:00", 4))
                .containsExactly(
                        "2025-10-26T02:00+02:00",
                        "2025-10-26T02:00+01:00",
                        "2025-10-26T03:00+01:00",
                        "2025-10-26T04:00+01:00");
    }

    @Test
    void quarterHoursGoOnThroughAnOverlapOfHalfAnHour() throws Exception {
        assertThat(firings("*/15 * * * *", LORD_HOWE, "2025-04-06T01:40:00+11:00", 4))
                .containsExactly(
                        "2025-04-06T01:45+11:00",
                        "2025-04-06T01:30+10:30",
                        "2025-04-06T01:45+10:30",
                        "2025-04-06T02:00+10:30");
    }

    @Test
    void hourlyRunInsideAGapOfHalfAnHourMovesToItsEnd() throws Exception {
        assertThat(firings("0 * * * *", LORD_HOWE, "2025-10-05T00:30:00+10:30", 3))
                .containsExactly("2025-10-05T01:00+10:30", "2025-10-05T02:30+11:00", "2025-10-05T03:00+11:00");
    }

    @Test
    void nextIsStrictlyAfterAnInstantAtWhichItIsDue() throws Exception {
        assertThat(firings("0 2 * * *", "UTC", "2025-01-01T02:00:00Z", 1)).containsExactly("2025-01-02T02:00Z");
        assertThat(firings("0 2 * * *", "UTC", "2025-01-01T01:59:59.999999999Z", 1))
                .containsExactly("2025-01-01T02:00Z");
        assertThat(firings("0 2 * * *", "UTC", "2025-01-01T02:00:30Z", 1)).containsExactly("2025-01-02T02:00Z");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0 2 * * 0", "0 2 * * 7", "0 2 * * SUN", "0 2 * * sun", "0  2 * * 7-7", " 0 2 * * 0 "})
    void sundayIsZeroAndSeven(String expression) throws Exception {
        assertThat(firings(expression, "UTC", "2025-01-01T00:00:00Z", 2))
                .containsExactly("2025-01-05T02:00Z", "2025-01-12T02:00Z");
    }

    @ParameterizedTest
    @CsvSource({
        "0 2 * * MON, 2025-01-06T02:00Z",
        "0 2 * * fri-sun, 2025-01-03T02:00Z",
        "0 0 1 FEB *, 2025-02-01T00:00Z",
        "0 0 29 2 *, 2028-02-29T00:00Z",
        "0 0 13 * FRI, 2025-01-03T00:00Z",
        "@hourly, 2025-01-01T01:00Z",
        "@daily, 2025-01-02T00:00Z",
        "daily, 2025-01-02T00:00Z",
        "@Midnight, 2025-01-02T00:00Z",
        "weekly, 2025-01-05T00:00Z",
        "@monthly, 2025-02-01T00:00Z",
        "@yearly, 2026-01-01T00:00Z",
        "@annually, 2026-01-01T00:00Z",
    })
    void namesAndMacrosMeanWhatCrontabSays(String expression, String first) throws Exception {
        assertThat(firings(expression, "UTC", "2025-01-01T00:00:00Z", 1)).containsExactly(first);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "60 * * * *|'60 * * * *': minute '60' is wrong; use 0 to 59,",
                "0 24 * * *|'0 24 * * *': hour '24' is wrong; use 0 to 23,",
                "0 2 0 * *|'0 2 0 * *': day of the month '0' is wrong; use 1 to 31,",
                "0 2 L * *|'0 2 L * *': day of the month 'L' is wrong; use 1 to 31,",
                "0 2 * 13 *|'0 2 * 13 *': month '13' is wrong; use 1 to 12 or JAN to DEC,",
                "0 2 * * 8|'0 2 * * 8': day of the week '8' is wrong; use 0 to 7 or SUN to SAT,",
                "*/0 * * * *|'*/0 * * * *': minute '*/0' is wrong;",
                "0 22-2 * * *|'0 22-2 * * *': hour '22-2' is wrong;",
                "-1 2 * * *|'-1 2 * * *': minute '-1' is wrong;",
                "1,,2 * * * *|'1,,2 * * * *': minute '1,,2' is wrong;",
                "0 2 * *|'0 2 * *' has 4 fields instead of 5; write minute, hour,",
                "0 0 2 * * *|'0 0 2 * * *' has 6 fields instead of 5 (there is no field for seconds);",
                "noon|'noon' has 1 field instead of 5;",
                "\"\"|'' has 0 fields instead of 5;",
                "@reboot|'@reboot' is unknown; use one of @annually, @daily, @hourly,",
                "0 0 31 2 *|'0 0 31 2 *' never fires: no month that it names has such a day;",
                "0 0 31 4,6 *|'0 0 31 4,6 *' never fires:",
            })
    void wrongExpressionNamesTheFieldAndWhatItMayHold(String expression, String message) {
        assertThatThrownBy(() -> CronSchedule.parse(expression, ZoneId.of("UTC")))
                .isInstanceOf(InvalidCronException.class)
                .message()
                .startsWith(message)
                .doesNotContain("\n");
    }

    @Test
    void equalsByExpressionAndZone() throws Exception {
        CronSchedule schedule = CronSchedule.parse(" 0 2 * * * ", ZoneId.of(BERLIN));
        assertThat(schedule)
                .isEqualTo(CronSchedule.parse("0 2 * * *", ZoneId.of(BERLIN)))
                .hasSameHashCodeAs(CronSchedule.parse("0 2 * * *", ZoneId.of(BERLIN)))
                .isNotEqualTo(CronSchedule.parse("0 2 * * *", ZoneId.of("UTC")))
                .isNotEqualTo(CronSchedule.parse("0 3 * * *", ZoneId.of(BERLIN)))
                .hasToString("0 2 * * * (Europe/Berlin)");
    }

    private static List<String> firings(String expression, String zone, String after, int count) throws Exception {
        CronSchedule schedule = CronSchedule.parse(expression, ZoneId.of(zone));
        Instant instant = OffsetDateTime.parse(after).toInstant();
        List<String> found = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            instant = schedule.nextAfter(instant).orElseThrow();
            found.add(instant.atZone(schedule.zone()).toOffsetDateTime().toString());
        }
        return found;
    }
}
