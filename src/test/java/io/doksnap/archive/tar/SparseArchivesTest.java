package io.doksnap.archive.tar;

import static io.doksnap.archive.tar.TarReaderTest.extended;
import static io.doksnap.archive.tar.TarReaderTest.header;
import static io.doksnap.archive.tar.TarReaderTest.join;
import static io.doksnap.archive.tar.TarReaderTest.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sparse files in archives: all of GNU tar's formats are read, one is written, and no map is believed. */
class SparseArchivesTest {
    private static final int BLOCK = 512;
    private static final byte[] END = new byte[2 * BLOCK];

    @Test
    void everyLayoutComesBackAsItWentIn() throws IOException {
        for (long seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            SparseMap map = RandomMaps.any(random, random.nextInt(80), 5000);
            byte[] file = content(random, map);
            byte[] tar = written("a/file", map, file);
            Tars.Read read = Tars.read(tar).get(0);
            assertThat(read.entry()).as("seed %d", seed).isEqualTo(entry("a/file", map));
            assertThat(read.content()).as("seed %d", seed).isEqualTo(file);
            assertThat(Tars.read(tar).get(1).entry().name()).hasToString("after");
        }
    }

    @Test
    void independentReaderReadsTheSame() throws IOException {
        for (long seed = 100; seed < 130; seed++) {
            Random random = new Random(seed);
            SparseMap map = RandomMaps.any(random, random.nextInt(80), 5000);
            byte[] file = content(random, map);
            String name = "directory/" + "n".repeat(1 + random.nextInt(150));
            try (TarArchiveInputStream in =
                    new TarArchiveInputStream(new ByteArrayInputStream(written(name, map, file)))) {
                TarArchiveEntry entry = in.getNextEntry();
                assertThat(entry.getName()).as("seed %d", seed).isEqualTo(name);
                assertThat(entry.getRealSize()).isEqualTo(file.length);
                assertThat(in.readAllBytes()).as("seed %d", seed).isEqualTo(file);
                assertThat(in.getNextEntry().getName()).isEqualTo("after");
            }
        }
    }

    @Test
    void allOfGnuTarsFormatsAreRead() throws IOException {
        byte[] data = "abcdefgh".getBytes(StandardCharsets.US_ASCII);
        byte[] block = Arrays.copyOf(data, BLOCK);
        byte[] expected = new byte[2000];
        System.arraycopy(data, 0, expected, 100, 5);
        System.arraycopy(data, 5, expected, 1500, 3);
        byte[] one = join(
                pax("major=1", "minor=0", "name=real", "realsize=2000"),
                header('0', BLOCK + 8),
                Arrays.copyOf("3\n100\n5\n1500\n3\n2000\n0\n".getBytes(StandardCharsets.US_ASCII), BLOCK),
                block,
                END);
        byte[] zeroOne = join(
                pax("size=2000", "numblocks=3", "name=real", "map=100,5,1500,3,2000,0"), header('0', 8), block, END);
        byte[] zeroZero = join(
                pax("size=2000", "numblocks=2", "offset=100", "numbytes=5", "offset=1500", "numbytes=3", "name=real"),
                header('0', 8),
                block,
                END);
        for (byte[] tar : List.of(one, zeroOne, zeroZero, join(old(2000, 100, 5, 1500, 3), block, END))) {
            Tars.Read read = Tars.read(tar).get(0);
            assertThat(read.content()).isEqualTo(expected);
            assertThat(read.entry().sparse()).isEqualTo(RandomMaps.map(2000, 100, 5, 1500, 3));
            assertThat(read.entry().dataSize()).isEqualTo(8);
        }
        assertThat(Tars.read(one).get(0).entry().name()).hasToString("real");
    }

    @Test
    void oldMapGoesOnInBlocksOfItsOwn() throws IOException {
        byte[] first = old(1_000_000, 0, 1, 10, 1, 20, 1, 30, 1);
        first[TarHeader.SPARSE_IS_EXTENDED] = 1;
        TarHeader.SIZE.putOctal(first, 26);
        TarHeader.putChecksum(first);
        byte[] second = new byte[BLOCK];
        for (int i = 0; i < 21; i++) {
            putRun(second, 24 * i, 40 + 10L * i, 1);
        }
        second[TarHeader.SPARSE_BLOCK_IS_EXTENDED] = 1;
        byte[] third = new byte[BLOCK];
        putRun(third, 0, 999_999, 1);
        byte[] content = Tars.read(
                        join(first, second, third, "x".repeat(BLOCK).getBytes(StandardCharsets.US_ASCII), END))
                .get(0)
                .content();
        assertThat(content).hasSize(1_000_000);
        for (int i = 0; i < 25; i++) {
            assertThat(content[10 * i]).isEqualTo((byte) 'x');
            assertThat(content[10 * i + 1]).isZero();
        }
        assertThat(content[999_999]).isEqualTo((byte) 'x');
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2\n10\n4\n8\n4\n",
                "2\n50\n4\n8\n4\n",
                "1\n99\n8\n",
                "1\n9223372036854775807\n8\n",
                "1\n9223372036854775800\n8\n",
                "1\n99999999999999999999999999\n8\n",
                "1\n0\n7\n",
                "1\n0\n9\n",
                "1\n-1\n8\n",
                "1\n0,8\n",
                "\n",
                "x",
                "",
                "99999999\n0\n8\n",
                "3\n0\n8\n",
                "1\n 0\n8\n",
            })
    void mapThatCannotBeTrueIsRefused(String map) {
        byte[] tar = join(
                pax("major=1", "minor=0", "name=real", "realsize=100"),
                header('0', BLOCK + 8),
                Arrays.copyOf(map.getBytes(StandardCharsets.US_ASCII), BLOCK),
                new byte[BLOCK],
                END);
        assertThatThrownBy(() -> Tars.read(tar))
                .isInstanceOf(TarException.class)
                .hasMessageContaining("sparse file");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "size=100 map=10,4,8,4",
                "size=100 map=10,4,8",
                "size=100 map=",
                "size=100 map=10,4,a,4",
                "size=13 map=0,4,10,4",
                "size=100",
                "map=0,8",
                "size=100 numbytes=8",
                "size=100 offset=10 numbytes=4 offset=8 numbytes=4",
                "size=-1 map=0,8",
                "major=1 minor=1 realsize=100",
                "major=2 minor=0 realsize=100",
                "major=1 minor=0",
            })
    void recordsThatCannotBeTrueAreRefused(String records) {
        byte[] tar = join(pax(records.split(" ", -1)), header('0', 8), new byte[BLOCK], END);
        assertThatThrownBy(() -> Tars.read(tar)).isInstanceOf(TarException.class);
    }

    @Test
    void mapWithoutEndIsRefusedBeforeItFillsTheMemory() {
        byte[] numbers = "1\n".repeat(BLOCK / 2).getBytes(StandardCharsets.US_ASCII);
        byte[] tar = join(
                pax("major=1", "minor=0", "realsize=9"), header('0', 4 * BLOCK), numbers, numbers, numbers, numbers);
        assertThatThrownBy(() -> Tars.read(tar)).isInstanceOf(TarException.class);
        byte[] many = join(
                pax("major=1", "minor=0", "realsize=9"),
                header('0', BLOCK),
                Arrays.copyOf("1048577\n".getBytes(StandardCharsets.US_ASCII), BLOCK));
        assertThatThrownBy(() -> Tars.read(many))
                .isInstanceOf(TarException.class)
                .hasMessageContaining("more than 1048576 pieces");
    }

    @Test
    void garbageInAMapIsAnErrorAndNothingWorse() throws IOException {
        Random random = new Random(12);
        for (int i = 0; i < 3000; i++) {
            byte[] map = new byte[BLOCK];
            for (int at = 0; at < BLOCK; at++) {
                map[at] = (byte) "0123456789\n\n\n\0".charAt(random.nextInt(14));
            }
            byte[] tar =
                    join(pax("major=1", "minor=0", "realsize=1000"), header('0', BLOCK + 8), map, new byte[BLOCK], END);
            byte[] old = old(1000, random.nextInt(1200), random.nextInt(9), random.nextInt(1200), random.nextInt(9));
            for (byte[] each : List.of(tar, join(old, new byte[BLOCK], END))) {
                try {
                    assertThat(Tars.read(each).get(0).content()).hasSize(1000);
                } catch (TarException expected) {
                    assertThat(expected).hasMessageContaining("sparse file");
                }
            }
        }
    }

    private static byte[] written(String name, SparseMap map, byte[] file) throws IOException {
        return Tars.written(out -> {
            out.begin(entry(name, map));
            for (int run = 0; run < map.runs(); run++) {
                out.content(file, (int) map.offset(run), (int) map.length(run));
            }
            out.begin(Tars.file("after", 0));
            out.end();
        });
    }

    private static TarEntry entry(String name, SparseMap map) {
        return new TarEntry(
                RawName.of(name),
                TarEntry.Type.FILE,
                0644,
                0,
                0,
                map.size(),
                Instant.EPOCH,
                RawName.EMPTY,
                0,
                0,
                List.of(),
                map);
    }

    private static byte[] content(Random random, SparseMap map) {
        byte[] file = new byte[(int) map.size()];
        for (int run = 0; run < map.runs(); run++) {
            for (long i = 0; i < map.length(run); i++) {
                file[(int) (map.offset(run) + i)] = (byte) random.nextInt();
            }
        }
        return file;
    }

    private static byte[] pax(String... records) {
        return extended(
                'x',
                join(Arrays.stream(records)
                        .map(each -> record(
                                "GNU.sparse." + each.substring(0, each.indexOf('=')),
                                each.substring(each.indexOf('=') + 1)))
                        .toArray(byte[][]::new)));
    }

    private static byte[] old(long size, long... runs) {
        byte[] header = header('S', 8);
        for (int i = 0; i < runs.length; i += 2) {
            putRun(header, TarHeader.SPARSE_RUNS + 12 * i, runs[i], runs[i + 1]);
        }
        TarHeader.SPARSE_SIZE.putOctal(header, size);
        TarHeader.putChecksum(header);
        return header;
    }

    private static void putRun(byte[] block, int at, long offset, long length) {
        new TarHeader.Field(at, 12).putOctal(block, offset);
        new TarHeader.Field(at + 12, 12).putOctal(block, length);
    }
}
