package io.doksnap.declare.offen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.doksnap.schedule.CronSchedule;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OffenCronTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 2 * * *|0 2 * * *|1",
                "0 0 2 * * ?|0 2 * * *|1",
                "15 30 4 1 * ?|30 4 1 * *|0.0329",
                "*/15 * * * *|*/15 * * * *|96",
                "0 3 * * mon-fri|0 3 * * 1-5|0.714",
                "0 3 * JAN,jul ?|0 3 * 1,7 *|0.17",
                "5/20 * * * *|5-59/20 * * * *|72",
                "0 0 13 * 5|0 0 13 * 5|0.17",
                "@daily|@daily|1",
                "@midnight|@daily|1",
                "@Hourly|@hourly|24",
                "@annually|@yearly|0.0027",
                "@every 15m|*/15 * * * *|96",
                "@every 0h30m0s|*/30 * * * *|48",
                "@every 6h|0 */6 * * *|4",
                "@every 24h|0 0 * * *|1",
                "@every 168h|0 0 * * 0|0.143",
            })
    void expressionFiresAtTheSameTimes(String written, String ours, double runsADay) {
        OffenCron cron = OffenCron.parse(written);
        assertThat(cron.schedule()).contains(ours);
        assertThat(cron.runsADay()).isCloseTo(runsADay, within(0.01));
        assertThat(cron.lost()).isEmpty();
    }

    @Test
    void expressionThatNeverFiresIsNoSchedule() {
        assertThat(OffenCron.parse("0 0 5 31 2 ?"))
                .isEqualTo(new OffenCron(Optional.empty(), Optional.empty(), 0, Optional.empty()));
    }

    @Test
    void zoneOfAnExpressionIsItsOwn() {
        OffenCron cron = OffenCron.parse("CRON_TZ=Asia/Tokyo 0 2 * * *");
        assertThat(cron.schedule()).contains("0 2 * * *");
        assertThat(cron.zone()).contains("Asia/Tokyo");
    }

    @Test
    void severalTimesAMinuteBecomesOnceAndIsTold() {
        OffenCron cron = OffenCron.parse("*/10 * * * * *");
        assertThat(cron.schedule()).contains("* * * * *");
        assertThat(cron.lost()).hasValueSatisfying(why -> assertThat(why).contains("several times in a minute"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "@every 7m",
                "@every 36h",
                "@every soon",
                "nonsense",
                "61 * * * *",
                "* * * * * * *",
                "@reboot",
                "1-2-3 * * * *"
            })
    void whatCannotBeSaidIsDailyAndTold(String written) {
        OffenCron cron = OffenCron.parse(written);
        assertThat(cron.schedule()).contains("@daily");
        assertThat(cron.lost()).isPresent();
    }

    @Test
    void whateverItPrintsIsOneOfOurSchedules() throws Exception {
        Random random = new Random(7);
        List<String> items = List.of("*", "?", "*/5", "1", "3-5", "2/3", "1,4", "2-6/2", "MON", "feb", "0", "31");
        int fired = 0;
        for (int i = 0; i < 3000; i++) {
            StringBuilder text = new StringBuilder(random.nextBoolean() ? "0 " : "");
            for (int field = 0; field < 5; field++) {
                text.append(items.get(random.nextInt(items.size()))).append(' ');
            }
            Optional<String> schedule = OffenCron.parse(text.toString()).schedule();
            if (schedule.isPresent()) {
                fired++;
                assertThat(CronSchedule.parse(schedule.get(), ZoneOffset.UTC, "x"))
                        .isNotNull();
            }
        }
        assertThat(fired).isGreaterThan(2000);
    }
}
