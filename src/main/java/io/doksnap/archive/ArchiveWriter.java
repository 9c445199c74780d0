package io.doksnap.archive;

import io.doksnap.archive.gzip.GzipStage;
import io.doksnap.archive.stage.BufferPipe;
import io.doksnap.archive.stage.PipeOutput;
import io.doksnap.archive.stage.Stages;
import io.doksnap.archive.tar.EntryVisitor;
import io.doksnap.archive.tar.Excludes;
import io.doksnap.archive.tar.TarWriter;
import io.doksnap.archive.tar.TreeArchiver;
import io.doksnap.archive.tar.TreeStats;
import io.doksnap.archive.zstd.ZstdStage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Writes a directory tree as one archive: tar, then compression, then encryption, each on a thread of its own.
 *
 * <p>The calling thread is the encrypting stage and the one that writes to the sink. Memory is a few buffers, whatever the size of
 * the tree.
 */
public final class ArchiveWriter {
    private static final int SLOTS = 4;
    private static final int TAR_BUFFER = 512 << 10;
    private static final int CODEC_BUFFER = 256 << 10;
    private static final int MOST_WORKERS = 2;

    /** What the codec of one archive takes of memory that the JVM does not see, about: with two workers, as measured. */
    public static final long NATIVE_BYTES = 48 << 20;

    /** What the buffers between the stages of one archive take of the memory outside of the heap. */
    public static final int BUFFER_BYTES = SLOTS * (TAR_BUFFER + CODEC_BUFFER);

    private final Codec codec;
    private final Encryption encryption;
    private final int workers;

    /** Creates a writer of archives of one format. */
    public ArchiveWriter(Codec codec, Encryption encryption) {
        this(codec, encryption, Math.min(MOST_WORKERS, Runtime.getRuntime().availableProcessors()));
    }

    /**
     * Creates a writer of archives of one format.
     *
     * @param workers how many threads compress, where the codec can share the work
     */
    public ArchiveWriter(Codec codec, Encryption encryption, int workers) {
        this.codec = codec;
        this.encryption = encryption;
        this.workers = workers;
    }

    /** What the format adds to a source's name, such as {@code .tar.zst.gpg}. */
    public String extension() {
        return extension(".tar");
    }

    /** What the format adds to a source's name where the content is no tar archive. */
    public String extension(String ofContent) {
        return ofContent + codec.extension() + encryption.extension();
    }

    /**
     * Reads the tree and writes the archive to the sink, which stays open. Interrupting the thread ends it early with an
     * {@link java.io.InterruptedIOException}.
     *
     * @param progress counts meanwhile; may be looked at from other threads
     * @throws io.doksnap.archive.tar.TreeReadException when part of the tree could not be read
     * @throws IOException what the sink threw
     */
    public Result write(Path tree, Excludes excludes, TreeStats.Collector progress, OutputStream sink)
            throws IOException {
        return write(tree, excludes, progress, entry -> {}, sink);
    }

    /**
     * The same, and shows every entry to an observer meanwhile.
     *
     * @param index is called by the thread that reads the tree; it has seen every entry when this returns, and what it throws is thrown here
     */
    public Result write(
            Path tree, Excludes excludes, TreeStats.Collector progress, EntryVisitor index, OutputStream sink)
            throws IOException {
        return write(
                plain -> new TreeArchiver(new TarWriter(plain, index), excludes, progress).archive(tree),
                progress,
                sink);
    }

    /**
     * Writes any other content as an archive to the sink, which stays open. Interrupting the thread ends it early with an
     * {@link java.io.InterruptedIOException}.
     *
     * @param progress counts meanwhile
     * @throws IOException what the content or the sink threw
     */
    public Result write(ArchiveContent content, TreeStats.Collector progress, OutputStream sink) throws IOException {
        MessageDigest digest = sha256();
        // By whoever takes the buffers: the thread that feeds the codec has time to spare, the one that reads the tree
        // has not.
        BufferPipe tarPipe = new BufferPipe(SLOTS, TAR_BUFFER, digest::update);
        PipeOutput tarOutput = new PipeOutput(tarPipe);
        try (Stages stages = new Stages()) {
            stages.start("doksnap-tar", tarPipe, () -> {
                content.writeTo(tarOutput);
                tarOutput.close();
            });
            BufferPipe last = tarPipe;
            if (codec == Codec.ZSTD) {
                BufferPipe compressed = new BufferPipe(SLOTS, CODEC_BUFFER);
                stages.start("doksnap-zstd", compressed, () -> ZstdStage.compress(tarPipe, compressed, workers));
                last = compressed;
            } else if (codec == Codec.GZIP) {
                BufferPipe compressed = new BufferPipe(SLOTS, CODEC_BUFFER);
                stages.start("doksnap-gzip", compressed, () -> GzipStage.compress(tarPipe, compressed));
                last = compressed;
            }
            encrypt(last, sink);
        }
        return new Result(progress.stats(), tarOutput.written(), HexFormat.of().formatHex(digest.digest()));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private void encrypt(BufferPipe input, OutputStream sink) throws IOException {
        byte[] bytes = new byte[CODEC_BUFFER];
        // Not closed when something fails: that would end the message as if it were whole.
        OutputStream encrypted = encryption.encrypt(sink);
        for (ByteBuffer next = input.take(); next != null; next = input.take()) {
            while (next.hasRemaining()) {
                int n = Math.min(bytes.length, next.remaining());
                next.get(bytes, 0, n);
                encrypted.write(bytes, 0, n);
            }
            input.release(next);
        }
        encrypted.close();
    }

    /**
     * What was archived.
     *
     * @param stats what the tree held
     * @param plainBytes the size of the tar stream before compression
     * @param plainSha256 of the tar stream, in lower case hexadecimal
     */
    public record Result(TreeStats stats, long plainBytes, String plainSha256) {}
}
