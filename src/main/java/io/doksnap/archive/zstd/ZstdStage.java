package io.doksnap.archive.zstd;

import com.github.luben.zstd.EndDirective;
import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import io.doksnap.archive.failure.ArchiveException;
import io.doksnap.archive.stage.BufferPipe;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Compresses from one pipe into another as one zstd frame with a content checksum, and decompresses likewise. */
public final class ZstdStage {
    private static final int LEVEL = 3;

    /**
     * What one worker compresses at a time. With the library's default of 8 MiB, memory grows by 50 MB and its caches help less; with 1 MiB
     * the workers wait for each other, and a run takes a tenth longer.
     */
    private static final int JOB_BYTES = 2 << 20;

    /**
     * How far a job looks back into the one before: the window divided by 2 for each step below 9, so 128 KiB. That costs less time than the
     * default of 256 KiB, and makes the archive larger by less than 0.1 %.
     */
    private static final int OVERLAP_LOG = 5;

    /**
     * The largest window, as a power of two, that decompression makes room for: 128 MiB. It is what the zstd tool takes without being
     * told more, and what all its levels stay within unless asked for a longer one.
     */
    private static final int LARGEST_WINDOW = 27;

    private ZstdStage() {}

    /** Compresses all of the input, with so many threads of the library beside the calling one. */
    public static void compress(BufferPipe input, BufferPipe output, int workers) throws IOException {
        try (ZstdCompressCtx context = new ZstdCompressCtx()) {
            context.setLevel(LEVEL)
                    .setChecksum(true)
                    .setWorkers(workers)
                    .setJobSize(JOB_BYTES)
                    .setOverlapLog(OVERLAP_LOG);
            ByteBuffer target = output.acquire();
            for (ByteBuffer source = input.take(); source != null; source = input.take()) {
                while (source.hasRemaining()) {
                    context.compressDirectByteBufferStream(target, source, EndDirective.CONTINUE);
                    target = roomAfter(target, output);
                }
                input.release(source);
            }
            ByteBuffer nothing = ByteBuffer.allocateDirect(0);
            while (!context.compressDirectByteBufferStream(target, nothing, EndDirective.END)) {
                target = roomAfter(target, output);
            }
            output.publish(target);
        } catch (ZstdException e) {
            throw new IOException("compression failed: " + e.getMessage(), e);
        }
    }

    /**
     * Decompresses all of the input: one frame or several in a row.
     *
     * @throws ArchiveException when the input is no zstd stream, is damaged, or ends in the middle of a frame
     * @throws IOException when it needs a window beyond 128 MiB
     */
    public static void decompress(BufferPipe input, BufferPipe output) throws IOException {
        boolean started = false;
        boolean frameEnded = false;
        try (ZstdDecompressCtx context = new ZstdDecompressCtx()) {
            context.setLongMax(LARGEST_WINDOW);
            ByteBuffer target = output.acquire();
            for (ByteBuffer source = input.take(); source != null; source = input.take()) {
                boolean more = source.hasRemaining();
                started |= more;
                while (more) {
                    frameEnded = context.decompressDirectByteBufferStream(target, source);
                    // A full target may hide decompressed bytes that wait inside the context.
                    more = source.hasRemaining() || (!target.hasRemaining() && !frameEnded);
                    target = roomAfter(target, output);
                }
                input.release(source);
            }
            output.publish(target);
        } catch (ZstdException e) {
            throw refused(e);
        }
        if (!frameEnded) {
            throw new ArchiveException(
                    ArchiveException.Kind.DAMAGED,
                    started
                            ? "the archive's zstd data ends in the middle of a frame"
                            : "the archive holds no zstd data: it is empty",
                    null);
        }
    }

    private static IOException refused(ZstdException e) {
        // The code comes with a minus sign from one place and without from the other.
        if (Math.abs(e.getErrorCode()) == Zstd.errFrameParameterWindowTooLarge()) {
            return new IOException(
                    "the archive was compressed with a window of more than 128 MiB; decompress it by hand first:"
                            + " zstd -d --long=31",
                    e);
        }
        return new ArchiveException(
                ArchiveException.Kind.DAMAGED, "the archive's zstd data is damaged: " + e.getMessage(), e);
    }

    private static ByteBuffer roomAfter(ByteBuffer target, BufferPipe output) throws IOException {
        if (target.hasRemaining()) {
            return target;
        }
        output.publish(target);
        return output.acquire();
    }
}
