package io.doksnap.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.snapshot.RetentionPeriod.Unit;
import java.time.LocalDate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetentionPeriodTest {

    @ParameterizedTest
    @CsvSource({
        "DAY, 2028-02-29, 2028-02-29, 2028-02-29",
        "WEEK, 2026-11-22, 2026-11-16, 2026-W47",
        "WEEK, 2026-11-23, 2026-11-23, 2026-W48",
        "WEEK, 2026-01-01, 2025-12-29, 2026-W01",
        "WEEK, 2027-01-03, 2026-12-28, 2026-W53",
        "WEEK, 2027-01-04, 2027-01-04, 2027-W01",
        "WEEK, 2024-12-30, 2024-12-30, 2025-W01",
        "WEEK, 2028-02-29, 2028-02-28, 2028-W09",
        "MONTH, 2028-02-29, 2028-02-01, 2028-02",
        "YEAR, 2026-12-31, 2026-01-01, 2026",
        "YEAR, 2027-01-01, 2027-01-01, 2027"
    })
    void dayLiesInItsPeriod(Unit unit, LocalDate day, LocalDate first, String name) {
        RetentionPeriod period = RetentionPeriod.of(unit, day);

        assertThat(period.first()).isEqualTo(first);
        assertThat(period).hasToString(name);
    }
}
