package io.doksnap.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemoryTest {
    @ParameterizedTest
    @CsvSource({
        "-XX:MaxDirectMemorySize=64m, 67108864",
        "-XX:MaxDirectMemorySize=1G, 1073741824",
        "-XX:MaxDirectMemorySize=512k, 524288",
        "-XX:MaxDirectMemorySize=4096, 4096",
        "-XX:MaxDirectMemorySize=0, 7",
        "-Xmx192m, 7",
    })
    void directMemoryIsWhatTheJvmWasToldElseAsMuchAsTheHeap(String option, long bytes) {
        assertThat(Memory.direct(List.of("-Xms16m", option), 7)).isEqualTo(bytes);
    }
}
