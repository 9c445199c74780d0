package io.doksnap.archive;

import io.doksnap.archive.gzip.GzipStage;
import io.doksnap.archive.stage.BufferPipe;
import io.doksnap.archive.stage.PipeInput;
import io.doksnap.archive.stage.PipeOutput;
import io.doksnap.archive.stage.Stages;
import io.doksnap.archive.stage.TalliedInput;
import io.doksnap.archive.tar.EntryVisitor;
import io.doksnap.archive.tar.Includes;
import io.doksnap.archive.tar.TarReader;
import io.doksnap.archive.tar.TarWriter;
import io.doksnap.archive.tar.TreeExtractor;
import io.doksnap.archive.tar.TreeScanner;
import io.doksnap.archive.tar.TreeStats;
import io.doksnap.archive.tar.TreeTransfer;
import io.doksnap.archive.zstd.ZstdStage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;

/**
 * The reverse of {@link ArchiveWriter}: decryption, decompression and reading of the tar archive, each on a thread of its own; the calling
 * thread is the one that reads the tar archive.
 *
 * <p>When one of its methods returns, every check of every layer has passed: the encryption's integrity code, the codec's checksum, the end
 * of the tar archive. Until then nothing that came out may be trusted, so what is unpacked must go into a staging directory. All
 * of them throw {@link io.doksnap.archive.failure.ArchiveException} when the key does not open the archive or the archive is damaged, and
 * what the stream itself threw as it is. They read the stream to its end, and leave it open; a read in it is not interrupted, so it should
 * have a timeout of its own.
 */
public final class ArchiveReader {
    private static final int SLOTS = 4;
    private static final int BUFFER = 256 << 10;
    private static final int COPY = 64 << 10;

    private final Codec codec;
    private final Decryption decryption;

    /** Creates a reader of archives of one format; it may read any number of them. */
    public ArchiveReader(Codec codec, Decryption decryption) {
        this.codec = codec;
        this.decryption = decryption;
    }

    /**
     * Unpacks an archive into an empty directory.
     *
     * @param setOwners whether to set owners, which needs privilege
     */
    public void extract(InputStream stored, Path target, boolean setOwners, TreeStats.Collector progress)
            throws IOException {
        extract(stored, target, Includes.ALL, setOwners, progress);
    }

    /**
     * The same with only what is included, and the directories that lead there; all of the archive is read and checked.
     *
     * @throws io.doksnap.archive.tar.NotIncludedException when a hard link is included, and the file whose name it is is not
     */
    public void extract(
            InputStream stored, Path target, Includes includes, boolean setOwners, TreeStats.Collector progress)
            throws IOException {
        try (Stages stages = new Stages()) {
            TarReader tar = new TarReader(plain(stored, stages));
            new TreeExtractor(tar, target.toRealPath(), includes, setOwners, progress).extract();
        }
    }

    /** Reads an archive to its end, checks all that a restore would check before it writes, and writes nothing. */
    public Content check(InputStream stored, TreeStats.Collector progress) throws IOException {
        try (Stages stages = new Stages()) {
            TalliedInput tar = new TalliedInput(plain(stored, stages));
            new TreeScanner(new TarReader(tar), progress).check();
            return new Content(progress.stats(), tar.bytes(), tar.sha256());
        }
    }

    /**
     * Hands what is included on as a tar archive that is neither compressed nor encrypted, below one directory; all of the archive is read and
     * checked.
     *
     * @param root the directory's name
     * @param sink takes the new archive, on the calling thread, and must read it to its end; what it throws is thrown here
     * @throws io.doksnap.archive.tar.NotIncludedException when a hard link is included, and the file whose name it is is not
     */
    public void transfer(InputStream stored, String root, Includes includes, TreeStats.Collector progress, TarSink sink)
            throws IOException {
        try (Stages stages = new Stages()) {
            TarReader tar = new TarReader(plain(stored, stages));
            BufferPipe plain = new BufferPipe(SLOTS, BUFFER);
            stages.start("doksnap-tar", plain, () -> {
                PipeOutput output = new PipeOutput(plain);
                new TreeTransfer(tar, new TarWriter(output), root, includes, progress).transfer();
                output.close();
            });
            sink.take(new PipeInput(plain));
        }
    }

    /** What takes a tar archive. */
    @FunctionalInterface
    public interface TarSink {
        /** Reads it to its end. */
        void take(InputStream tar) throws IOException;
    }

    /**
     * Copies what is no tar archive, such as a dump, to a sink that stays open; as with everything here, nothing that came out may be trusted before
     * this returns.
     */
    public Content copy(InputStream stored, OutputStream sink) throws IOException {
        try (Stages stages = new Stages()) {
            TalliedInput plain = new TalliedInput(plain(stored, stages));
            byte[] bytes = new byte[COPY];
            for (int n = plain.read(bytes, 0, COPY); n >= 0; n = plain.read(bytes, 0, COPY)) {
                sink.write(bytes, 0, n);
            }
            return new Content(new TreeStats(1, 0, plain.bytes(), List.of()), plain.bytes(), plain.sha256());
        }
    }

    /** Shows every entry of an archive to a visitor, on the calling thread, while it is read to its end. */
    public void list(InputStream stored, EntryVisitor visitor) throws IOException {
        try (Stages stages = new Stages()) {
            new TreeScanner(new TarReader(plain(stored, stages)), new TreeStats.Collector()).scan(visitor);
        }
    }

    /**
     * What an archive was found to hold.
     *
     * @param stats counted as {@link ArchiveWriter} counts, which knows of warnings beside that
     * @param plainBytes the size of the tar stream, without compression and encryption
     * @param plainSha256 of the tar stream, in lower case hexadecimal
     */
    public record Content(TreeStats stats, long plainBytes, String plainSha256) {}

    private PipeInput plain(InputStream stored, Stages stages) {
        BufferPipe decrypted = new BufferPipe(SLOTS, BUFFER);
        stages.start("doksnap-decrypt", decrypted, () -> decrypt(stored, decrypted));
        if (codec == Codec.NONE) {
            return new PipeInput(decrypted);
        }
        BufferPipe decompressed = new BufferPipe(SLOTS, BUFFER);
        if (codec == Codec.ZSTD) {
            stages.start("doksnap-unzstd", decompressed, () -> ZstdStage.decompress(decrypted, decompressed));
        } else {
            stages.start("doksnap-gunzip", decompressed, () -> GzipStage.decompress(decrypted, decompressed));
        }
        return new PipeInput(decompressed);
    }

    private void decrypt(InputStream stored, BufferPipe output) throws IOException {
        InputStream plain = decryption.decrypt(stored);
        PipeOutput out = new PipeOutput(output);
        byte[] bytes = new byte[COPY];
        for (int n = plain.read(bytes); n >= 0; n = plain.read(bytes)) {
            out.write(bytes, 0, n);
        }
        out.close();
    }
}
