package io.doksnap.archive.gzip;

import io.doksnap.archive.failure.ArchiveException;
import io.doksnap.archive.failure.SourceStream;
import io.doksnap.archive.stage.BufferPipe;
import io.doksnap.archive.stage.PipeInput;
import io.doksnap.archive.stage.PipeOutput;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/** Compresses from one pipe into another as one gzip member, and decompresses one member or several in a row. */
public final class GzipStage {
    private static final int BUFFER = 64 << 10;

    private GzipStage() {}

    /** Compresses all of the input, at the level that gzip itself takes. */
    public static void compress(BufferPipe input, BufferPipe output) throws IOException {
        PipeOutput target = new PipeOutput(output);
        // Not closed when something fails: that would end the member as if it were whole.
        OutputStream gzip = new GZIPOutputStream(target, BUFFER);
        new PipeInput(input).transferTo(gzip);
        gzip.close();
    }

    /**
     * Decompresses all of the input.
     *
     * @throws ArchiveException when the input is no gzip stream, is damaged, ends too early, or something else follows it
     */
    public static void decompress(BufferPipe input, BufferPipe output) throws IOException {
        SourceStream source = new SourceStream(new PipeInput(input));
        PipeOutput target = new PipeOutput(output);
        try (InputStream gzip = open(source)) {
            byte[] bytes = new byte[BUFFER];
            for (int n = read(gzip, bytes, source); n >= 0; n = read(gzip, bytes, source)) {
                target.write(bytes, 0, n);
            }
        }
        target.close();
    }

    /** The JDK's own gzip reader would pass over whatever follows the last member. */
    private static InputStream open(SourceStream source) throws IOException {
        try {
            return GzipCompressorInputStream.builder()
                    .setInputStream(source)
                    .setDecompressConcatenated(true)
                    .get();
        } catch (IOException | RuntimeException e) {
            throw source.brokenOr(damaged(e));
        }
    }

    private static int read(InputStream gzip, byte[] bytes, SourceStream source) throws IOException {
        try {
            return gzip.read(bytes);
        } catch (IOException | RuntimeException e) {
            throw source.brokenOr(damaged(e));
        }
    }

    private static ArchiveException damaged(Exception cause) {
        String why = cause.getMessage() == null ? "" : ": " + cause.getMessage();
        return new ArchiveException(
                ArchiveException.Kind.DAMAGED, "the archive's gzip data is damaged or cut off" + why, cause);
    }
}
