package io.doksnap.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DataSizeTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "500000, 500000",
        "64 KiB, 65536",
        "10MiB, 10485760",
        "10mib, 10485760",
        "10MB, 10000000",
        "10M, 10000000",
        "1.5GiB, 1610612736",
        "1TiB, 1099511627776",
        "7b, 7"
    })
    void amountsAreReadAsPeopleWriteThem(String text, long bytes) {
        assertThat(DataSize.parse(text)).hasValue(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "MiB", "-1", "1e6", "10 MiB/s", "10XB", "1iB", "1,5GiB", "999999999999TiB"})
    void nothingElseIsAnAmount(String text) {
        assertThat(DataSize.parse(text)).isEmpty();
    }
}
