package io.doksnap.archive.tar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TarReaderTest {
    private static final int BLOCK = 512;

    @Test
    void archiveCutAtAnyBlockIsNeverTakenForAWholeOne() throws IOException {
        byte[] tar = sample();
        assertThat(Tars.read(tar)).hasSize(5);
        for (int end = 0; end < tar.length; end += BLOCK) {
            byte[] cut = Arrays.copyOf(tar, end);
            assertThatThrownBy(() -> Tars.read(cut)).as("cut at %d", end).isInstanceOf(TarException.class);
        }
    }

    @Test
    void archiveCutInsideABlockIsNeverTakenForAWholeOne() throws IOException {
        byte[] tar = sample();
        Random random = new Random(7);
        for (int i = 0; i < 300; i++) {
            byte[] cut = Arrays.copyOf(tar, random.nextInt(tar.length));
            assertThatThrownBy(() -> Tars.read(cut)).as("cut at %d", cut.length).isInstanceOf(TarException.class);
        }
    }

    @Test
    void flippedBitInAHeaderIsAnErrorOrMeansTheSame() throws IOException {
        byte[] tar = Tars.written(out -> {
            out.begin(Tars.file("name", 0));
            out.end();
        });
        TarEntry whole = Tars.read(tar).get(0).entry();
        int errors = 0;
        for (int bit = 0; bit < 8 * BLOCK; bit++) {
            byte[] flipped = tar.clone();
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            try {
                assertThat(Tars.read(flipped).get(0).entry()).as("bit %d", bit).isEqualTo(whole);
            } catch (TarException expected) {
                errors++;
            }
        }
        // Only how the checksum is set off from its surroundings may differ.
        assertThat(errors).isGreaterThan(8 * (BLOCK - 4));
    }

    @Test
    void garbageIsAnError() {
        Random random = new Random(3);
        for (int i = 0; i < 200; i++) {
            byte[] garbage = new byte[random.nextInt(4000)];
            random.nextBytes(garbage);
            assertThatThrownBy(() -> Tars.read(garbage)).isInstanceOf(TarException.class);
        }
    }

    @Test
    void garbageBehindAValidChecksumIsAnErrorAndNothingWorse() {
        Random random = new Random(4);
        for (int i = 0; i < 5000; i++) {
            byte[] block = new byte[4 * BLOCK];
            random.nextBytes(block);
            block[TarHeader.TYPE_FLAG] = (byte) "0125xgLK3".charAt(random.nextInt(9));
            TarHeader.putChecksum(block);
            assertThatThrownBy(() -> Tars.read(block)).isInstanceOf(TarException.class);
        }
    }

    @Test
    void emptyInputIsAnError() {
        assertThatThrownBy(() -> Tars.read(new byte[0]))
                .isInstanceOf(TarException.class)
                .hasMessageContaining("end-of-archive");
    }

    @Test
    void emptyArchiveIsTwoBlocksOfZeros() throws IOException {
        assertThat(Tars.read(new byte[2 * BLOCK])).isEmpty();
        assertThat(Tars.read(new byte[20 * BLOCK])).isEmpty();
    }

    @Test
    void loneEmptyBlockBetweenEntriesIsAnError() throws IOException {
        byte[] tar = sample();
        ByteArrayOutputStream with = new ByteArrayOutputStream();
        with.write(tar, 0, BLOCK);
        with.write(new byte[BLOCK]);
        with.write(tar, BLOCK, tar.length - BLOCK);
        assertThatThrownBy(() -> Tars.read(with.toByteArray()))
                .isInstanceOf(TarException.class)
                .hasMessageContaining("empty block");
    }

    @Test
    void secondArchiveBehindTheFirstIsNotLostWithoutAWord() throws IOException {
        byte[] tar = sample();
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        joined.write(tar);
        joined.write(tar);
        assertThatThrownBy(() -> Tars.read(joined.toByteArray()))
                .isInstanceOf(TarException.class)
                .hasMessageContaining("several archives");
    }

    @Test
    void endIsReachedOnceAndStaysReached() throws IOException {
        TarReader in = new TarReader(new ByteArrayInputStream(new byte[2 * BLOCK]));
        assertThat(in.next()).isNull();
        assertThat(in.next()).isNull();
    }

    @Test
    void extensionThatClaimsGigabytesIsRefusedBeforeAnyIsAllocated() throws IOException {
        for (char flag : new char[] {'x', 'g', 'L', 'K'}) {
            byte[] header = header(flag, 0);
            TarHeader.SIZE.putOctal(header, (8L << 30) - 1);
            TarHeader.putChecksum(header);
            assertThatThrownBy(() -> Tars.read(header))
                    .isInstanceOf(TarException.class)
                    .hasMessageContaining("claims");
        }
    }

    /** Two gigabytes of records with ever new keys, in a stream; were they kept, memory would not do. */
    @Test
    void recordsOfUnknownKeysAreNotKept() {
        InputStream endless = new InputStream() {
            private byte[] current = new byte[0];
            private int position;
            private int count;

            @Override
            public int read() {
                throw new UnsupportedOperationException();
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                if (position == current.length) {
                    if (count == 2000) {
                        return -1;
                    }
                    current = extended('g', record("k" + count++, "v".repeat(1_000_000)));
                    position = 0;
                }
                int n = Math.min(length, current.length - position);
                System.arraycopy(current, position, bytes, offset, n);
                position += n;
                return n;
            }
        };
        assertThatThrownBy(() -> new TarReader(endless).next())
                .isInstanceOf(TarException.class)
                .hasMessageContaining("end-of-archive");
    }

    @Test
    void unknownTypesAreRefusedByName() {
        byte[] unknown = header('Z', 0);
        assertThatThrownBy(() -> Tars.read(unknown)).hasMessageContaining("unknown type 'Z'");
    }

    @Test
    void ownerBeyondThirtyTwoBitsIsRefusedRatherThanCutDownToRoot() throws IOException {
        byte[] tar = join(extended('x', record("uid", "4294967296")), header('0', 0), new byte[2 * BLOCK]);
        assertThatThrownBy(() -> Tars.read(tar))
                .isInstanceOf(TarException.class)
                .hasMessageContaining("beyond 32 bits");
    }

    @Test
    void globalHeaderHoldsForAllEntriesThatSayNothingElse() throws IOException {
        byte[] tar = join(
                extended('g', join(record("uid", "12345"), record("comment", "hello"), record("mtime", "-1.5"))),
                header('0', 0),
                extended('x', record("uid", "7")),
                header('0', 0),
                header('0', 0),
                new byte[2 * BLOCK]);
        assertThat(Tars.read(tar)).extracting(read -> read.entry().uid()).containsExactly(12345L, 7L, 12345L);
        assertThat(Tars.read(tar).get(2).entry().modified()).isEqualTo(Instant.ofEpochSecond(-2, 500_000_000));
    }

    @Test
    void directoryOfTimesBeforePosixIsAFileWithASlash() throws IOException {
        byte[] header = header('\0', 0);
        header[4] = '/';
        TarHeader.putChecksum(header);
        assertThat(Tars.read(join(header, new byte[2 * BLOCK])))
                .extracting(read -> read.entry().type())
                .containsExactly(TarEntry.Type.DIRECTORY);
    }

    private static byte[] sample() throws IOException {
        return Tars.written(out -> {
            out.begin(Tars.directory("./"));
            out.begin(Tars.file("./small", 3));
            out.content(new byte[] {1, 2, 3}, 0, 3);
            out.begin(Tars.file("./" + "long".repeat(40), 1500));
            out.content(new byte[1500], 0, 1500);
            out.begin(Tars.link(TarEntry.Type.SYMBOLIC_LINK, "./link", "small"));
            out.begin(Tars.file("./empty", 0));
            out.end();
        });
    }

    static byte[] header(char flag, long size) {
        byte[] header = new byte[BLOCK];
        TarHeader.NAME.putBytes(header, "name".getBytes(StandardCharsets.US_ASCII));
        TarHeader.MODE.putOctal(header, 0644);
        TarHeader.SIZE.putOctal(header, size);
        TarHeader.MAGIC.putBytes(header, TarHeader.USTAR);
        header[TarHeader.TYPE_FLAG] = (byte) flag;
        TarHeader.putChecksum(header);
        return header;
    }

    static byte[] extended(char flag, byte[] body) {
        byte[] padded = Arrays.copyOf(body, body.length + (int) TarHeader.padding(body.length));
        return join(header(flag, body.length), padded);
    }

    static byte[] record(String key, String value) {
        String rest = " " + key + "=" + value + "\n";
        int length = rest.length() + 1;
        while (Integer.toString(length).length() + rest.length() != length) {
            length++;
        }
        return (length + rest).getBytes(StandardCharsets.UTF_8);
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
