package io.doksnap.archive.tar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SparseMapTest {
    @Test
    void mapIsWrittenAsGnuTarWritesIt() {
        assertThat(text(RandomMaps.map(9_000_000, 8_998_912, 1088))).isEqualTo("1\n8998912\n1088\n");
        assertThat(text(RandomMaps.map(10_485_760, 0, 4096, 1_048_576, 8192)))
                .isEqualTo("3\n0\n4096\n1048576\n8192\n10485760\n0\n");
        assertThat(text(RandomMaps.map(5_242_880))).isEqualTo("1\n5242880\n0\n");
        assertThat(RandomMaps.map(5_242_880).encoded()).hasSize(512);
    }

    @Test
    void runsThatTouchBecomeOneAndEmptyOnesVanish() {
        SparseMap map = RandomMaps.map(100, 0, 10, 10, 5, 20, 0, 30, 1);
        assertThat(map)
                .isEqualTo(RandomMaps.map(100, 0, 15, 30, 1))
                .hasSameHashCodeAs(RandomMaps.map(100, 0, 15, 30, 1));
        assertThat(map.dataSize()).isEqualTo(16);
    }

    @Test
    void runsOutOfOrderOverlappingOrBeyondTheEndAreRefused() {
        assertThatThrownBy(() -> RandomMaps.map(100, 10, 10, 0, 5)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> RandomMaps.map(100, 0, 10, 9, 5)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> RandomMaps.map(100, 0, 10, 95, 6)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> RandomMaps.map(100, 0, -1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> RandomMaps.map(100, Long.MAX_VALUE, 2)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> RandomMaps.map(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void tooManyRunsAreMergedAcrossTheSmallestHolesAndNoDataIsLost() {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            int most = 2 + random.nextInt(20);
            SparseMap.Builder builder = new SparseMap.Builder(most);
            SparseMap all = RandomMaps.any(random, 1 + random.nextInt(200), 1 << 20);
            for (int run = 0; run < all.runs(); run++) {
                builder.add(all.offset(run), all.length(run));
            }
            SparseMap merged = builder.build(all.size());
            assertThat(merged.runs()).as("seed %d", seed).isLessThanOrEqualTo(most);
            assertThat(merged.size()).isEqualTo(all.size());
            if (all.runs() <= most) {
                assertThat(merged).as("seed %d", seed).isEqualTo(all);
            }
            for (int run = 0; run < all.runs(); run++) {
                long offset = all.offset(run);
                long end = offset + all.length(run);
                assertThat(IntStream.range(0, merged.runs())
                                .anyMatch(
                                        i -> merged.offset(i) <= offset && merged.offset(i) + merged.length(i) >= end))
                        .as("seed %d, run %d", seed, run)
                        .isTrue();
            }
        }
    }

    private static String text(SparseMap map) {
        return new String(map.encoded(), StandardCharsets.US_ASCII).replace("\0", "");
    }
}
