package io.doksnap.archive.zstd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import io.doksnap.archive.stage.BufferPipe;
import io.doksnap.archive.stage.PipeInput;
import io.doksnap.archive.stage.PipeOutput;
import io.doksnap.archive.stage.Stages;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD, unit = TimeUnit.SECONDS)
class ZstdStageTest {

    @Test
    void everythingComesBackWhateverTheBufferSizes() throws IOException {
        for (long seed = 0; seed < 30; seed++) {
            Random random = new Random(seed);
            byte[] plain = mixed(random, random.nextInt(400_000));
            int buffer = 1 + random.nextInt(5000);
            byte[] compressed = compress(plain, buffer, random.nextInt(3));
            assertThat(decompress(compressed, 1 + random.nextInt(5000)))
                    .as("seed %d", seed)
                    .isEqualTo(plain);
            assertThat(Zstd.decompress(compressed, plain.length))
                    .as("seed %d", seed)
                    .isEqualTo(plain);
        }
    }

    @Test
    void nothingComesBackAsNothing() throws IOException {
        assertThat(decompress(compress(new byte[0], 100, 2), 100)).isEmpty();
    }

    @Test
    void framesInARowAreOneStream() throws IOException {
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        Random random = new Random(9);
        for (int i = 0; i < 20; i++) {
            byte[] part = mixed(random, random.nextInt(3000));
            plain.write(part);
            frames.write(Zstd.compress(part));
            // A skippable frame of four bytes, as pzstd and others put in between.
            frames.write(new byte[] {0x50, 0x2A, 0x4D, 0x18, 4, 0, 0, 0, 1, 2, 3, 4});
        }
        for (int buffer : new int[] {1, 2, 3, 5, 100, 1 << 20}) {
            assertThat(decompress(frames.toByteArray(), buffer)).isEqualTo(plain.toByteArray());
        }
    }

    @Test
    void streamCutAnywhereIsAnError() throws IOException {
        byte[] compressed = compress(mixed(new Random(2), 300_000), 1000, 2);
        for (int end = 0; end < compressed.length; end += 1 + end / 30) {
            byte[] cut = Arrays.copyOf(compressed, end);
            assertThatThrownBy(() -> decompress(cut, 1000)).as("cut at %d", end).isInstanceOf(IOException.class);
        }
        byte[] allButOne = Arrays.copyOf(compressed, compressed.length - 1);
        assertThatThrownBy(() -> decompress(allButOne, 1000)).hasMessageContaining("middle of a frame");
    }

    @Test
    void emptyInputIsAnError() {
        assertThatThrownBy(() -> decompress(new byte[0], 100)).hasMessageContaining("it is empty");
    }

    @Test
    void garbageIsAnErrorAlsoBehindAWholeFrame() {
        byte[] garbage = new byte[5000];
        new Random(3).nextBytes(garbage);
        assertThatThrownBy(() -> decompress(garbage, 100))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("zstd data is damaged");
        byte[] frame = Zstd.compress(new byte[1000]);
        byte[] both = Arrays.copyOf(frame, frame.length + 100);
        Arrays.fill(both, frame.length, both.length, (byte) 7);
        assertThatThrownBy(() -> decompress(both, 10)).hasMessageContaining("zstd data is damaged");
    }

    @Test
    void flippedBitIsAnError() throws IOException {
        byte[] plain = mixed(new Random(4), 50_000);
        byte[] compressed = compress(plain, 1000, 1);
        Random random = new Random(5);
        for (int i = 0; i < 500; i++) {
            byte[] flipped = compressed.clone();
            int at = random.nextInt(flipped.length);
            flipped[at] ^= (byte) (1 << random.nextInt(8));
            try {
                // Some bits, as that of the window's size, may change without harm; content may not.
                assertThat(decompress(flipped, 1000)).as("byte %d", at).isEqualTo(plain);
            } catch (IOException expected) {
                assertThat(expected).hasMessageContaining("zstd");
            }
        }
    }

    @Test
    void bombStreamsThroughSmallBuffers() throws IOException {
        byte[] bomb = compress(new byte[64 << 20], 1 << 20, 2);
        assertThat(bomb).hasSizeLessThan(20_000);
        BufferPipe in = filled(bomb, 100);
        BufferPipe out = new BufferPipe(2, 4096);
        long total = 0;
        try (Stages stages = new Stages()) {
            stages.start("test-unzstd", out, () -> ZstdStage.decompress(in, out));
            for (ByteBuffer next = out.take(); next != null; next = out.take()) {
                total += next.remaining();
                out.release(next);
            }
        }
        assertThat(total).isEqualTo(64 << 20);
    }

    @Test
    void windowOf128MiBIsTakenAndALargerOneIsRefusedWithAnAnswer() throws IOException {
        assertThat(decompress(frameWithWindow(27), 1000)).isEqualTo(new byte[] {'x'});
        byte[] tooLarge = frameWithWindow(28);
        assertThatThrownBy(() -> decompress(tooLarge, 1000)).hasMessageContaining("zstd -d --long=31");
    }

    /** RFC 8878, 3.1.1: the magic number, no flags, the window's exponent, and one raw block of one byte, the last. */
    private static byte[] frameWithWindow(int log) {
        return new byte[] {0x28, (byte) 0xB5, 0x2F, (byte) 0xFD, 0, (byte) ((log - 10) << 3), 9, 0, 0, 'x'};
    }

    static byte[] compress(byte[] plain, int bufferBytes, int workers) throws IOException {
        return through(plain, bufferBytes, (in, out) -> ZstdStage.compress(in, out, workers));
    }

    static byte[] decompress(byte[] compressed, int bufferBytes) throws IOException {
        return through(compressed, bufferBytes, ZstdStage::decompress);
    }

    @FunctionalInterface
    private interface Stage {
        void run(BufferPipe in, BufferPipe out) throws IOException;
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
            stages.start("test-zstd", out, () -> stage.run(in, out));
            return result.readAllBytes();
        }
    }

    private static BufferPipe filled(byte[] bytes, int bufferBytes) throws IOException {
        BufferPipe pipe = new BufferPipe(Integer.MAX_VALUE, bufferBytes);
        try (PipeOutput out = new PipeOutput(pipe)) {
            out.write(bytes);
        }
        pipe.finish();
        return pipe;
    }

    private static byte[] mixed(Random random, int length) {
        byte[] bytes = new byte[length];
        int at = 0;
        while (at < length) {
            int n = Math.min(length - at, 1 + random.nextInt(2000));
            if (random.nextBoolean()) {
                Arrays.fill(bytes, at, at + n, (byte) random.nextInt());
            } else {
                byte[] noise = new byte[n];
                random.nextBytes(noise);
                System.arraycopy(noise, 0, bytes, at, n);
            }
            at += n;
        }
        return bytes;
    }
}
