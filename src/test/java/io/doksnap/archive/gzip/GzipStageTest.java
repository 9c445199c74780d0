package io.doksnap.archive.gzip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.doksnap.archive.failure.ArchiveException;
import io.doksnap.archive.failure.ArchiveException.Kind;
import io.doksnap.archive.stage.BufferPipe;
import io.doksnap.archive.stage.PipeInput;
import io.doksnap.archive.stage.PipeOutput;
import io.doksnap.archive.stage.Stages;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD, unit = TimeUnit.SECONDS)
class GzipStageTest {

    @Test
    void everythingComesBackWhateverTheBufferSizes() throws IOException {
        for (long seed = 0; seed < 30; seed++) {
            Random random = new Random(seed);
            byte[] plain = mixed(random, random.nextInt(400_000));
            byte[] compressed = compress(plain, 1 + random.nextInt(5000));
            assertThat(decompress(compressed, 1 + random.nextInt(5000)))
                    .as("seed %d", seed)
                    .isEqualTo(plain);
            assertThat(new GZIPInputStream(new ByteArrayInputStream(compressed)).readAllBytes())
                    .as("seed %d", seed)
                    .isEqualTo(plain);
        }
        assertThat(decompress(compress(new byte[0], 100), 100)).isEmpty();
    }

    @Test
    void membersInARowAreOneStream() throws IOException {
        Random random = new Random(1);
        ByteArrayOutputStream members = new ByteArrayOutputStream();
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        for (int i = 0; i < 20; i++) {
            byte[] part = mixed(random, random.nextInt(3000));
            plain.write(part);
            members.write(member(part));
        }
        for (int buffer : new int[] {1, 2, 17, 100, 1 << 20}) {
            assertThat(decompress(members.toByteArray(), buffer)).isEqualTo(plain.toByteArray());
        }
    }

    @Test
    void whatFollowsTheEndIsRefused() throws IOException {
        byte[] compressed = member(mixed(new Random(2), 10_000));
        for (byte[] more : new byte[][] {{0}, {7}, {0x1F}, {0x1F, (byte) 0x8B}, new byte[512], new byte[20_000]}) {
            byte[] joined = Arrays.copyOf(compressed, compressed.length + more.length);
            System.arraycopy(more, 0, joined, compressed.length, more.length);
            damaged(joined).contains("gzip data is damaged or cut off");
        }
    }

    @Test
    void streamCutAnywhereIsDamage() throws IOException {
        byte[] compressed = member(mixed(new Random(3), 30_000));
        for (int end = 0; end < compressed.length; end += end < 40 ? 1 : 97) {
            damaged(Arrays.copyOf(compressed, end));
        }
        for (int end = compressed.length - 20; end < compressed.length; end++) {
            damaged(Arrays.copyOf(compressed, end));
        }
    }

    @Test
    void flippedBitAnywhereNeverChangesTheContent() throws IOException {
        byte[] plain = mixed(new Random(4), 600);
        byte[] compressed = member(plain);
        int harmless = 0;
        for (int bit = 0; bit < 8 * compressed.length; bit++) {
            byte[] flipped = compressed.clone();
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            try {
                assertThat(decompress(flipped, 100)).as("bit %d", bit).isEqualTo(plain);
                harmless++;
            } catch (ArchiveException expected) {
                assertThat(expected.kind()).isEqualTo(Kind.DAMAGED);
            }
        }
        // In the header the time, how hard it was compressed and by which system; behind the last block the bits up to
        // a whole byte.
        assertThat(harmless).isLessThan(80);
    }

    @Test
    void failureOfTheStageBeforeIsPassedOn() {
        IOException reset = new IOException("Connection reset");
        for (int before : new int[] {0, 5, 200}) {
            BufferPipe out = new BufferPipe(2, 100);
            assertThatThrownBy(() -> {
                        try (Stages stages = new Stages();
                                PipeInput result = new PipeInput(out)) {
                            BufferPipe in = new BufferPipe(2, 100);
                            stages.start("test-source", in, () -> {
                                PipeOutput source = new PipeOutput(in);
                                source.write(member(mixed(new Random(5), 5000)), 0, before);
                                source.close();
                                throw reset;
                            });
                            stages.start("test-gzip", out, () -> GzipStage.decompress(in, out));
                            result.readAllBytes();
                        }
                    })
                    .isSameAs(reset);
        }
    }

    private static AbstractStringAssert<?> damaged(byte[] compressed) {
        ArchiveException failure = catchThrowableOfType(ArchiveException.class, () -> decompress(compressed, 1000));
        assertThat(failure).isNotNull();
        assertThat(failure.kind()).isEqualTo(Kind.DAMAGED);
        return assertThat(failure.getMessage()).doesNotContain("\n");
    }

    private static byte[] member(byte[] plain) throws IOException {
        ByteArrayOutputStream member = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(member)) {
            gzip.write(plain);
        }
        return member.toByteArray();
    }

    private static byte[] compress(byte[] plain, int bufferBytes) throws IOException {
        return through(plain, bufferBytes, GzipStage::compress);
    }

    private static byte[] decompress(byte[] compressed, int bufferBytes) throws IOException {
        return through(compressed, bufferBytes, GzipStage::decompress);
    }

    private interface Stage {
        void run(BufferPipe input, BufferPipe output) throws IOException;
    }

    private static byte[] through(byte[] bytes, int bufferBytes, Stage stage) throws IOException {
        BufferPipe out = new BufferPipe(2, bufferBytes);
        try (Stages stages = new Stages();
                PipeInput result = new PipeInput(out)) {
            BufferPipe in = new BufferPipe(2, bufferBytes);
            stages.start("test-source", in, () -> {
                PipeOutput source = new PipeOutput(in);
                source.write(bytes);
                source.close();
            });
            stages.start("test-gzip", out, () -> stage.run(in, out));
            return result.readAllBytes();
        }
    }

    private static byte[] mixed(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        for (int at = 0; at < length; at += 2000) {
            Arrays.fill(bytes, at, Math.min(length, at + random.nextInt(2000)), (byte) random.nextInt());
        }
        return bytes;
    }
}
