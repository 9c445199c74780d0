package io.doksnap.archive;

import io.doksnap.archive.openpgp.OpenPgpDecryption;
import io.doksnap.archive.openpgp.OpenPgpIdentity;
import io.doksnap.archive.stage.BufferPipe;
import io.doksnap.archive.stage.PipeInput;
import io.doksnap.archive.stage.PipeOutput;
import io.doksnap.archive.stage.Stages;
import io.doksnap.archive.tar.TarReader;
import io.doksnap.archive.tar.TreeExtractor;
import io.doksnap.archive.tar.TreeStats;
import io.doksnap.archive.zstd.ZstdStage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The reverse of {@link ArchiveWriter}: decryption, decompression and unpacking, each on a thread of its own; the calling thread
 * unpacks.
 *
 * <p>When it returns, every check of every layer has passed: the encryption's integrity code, the codec's checksum, the end of the tar
 * archive. Until then nothing that was unpacked may be trusted, so the target must be a staging directory.
 */
public final class ArchiveReader {
    private static final int SLOTS = 4;
    private static final int BUFFER = 256 << 10;

    private final Codec codec;
    private final @Nullable OpenPgpIdentity identity;

    /** Creates a reader of archives of one format; without an identity they are taken to be not encrypted. */
    public ArchiveReader(Codec codec, @Nullable OpenPgpIdentity identity) {
        this.codec = codec;
        this.identity = identity;
    }

    /**
     * Unpacks an archive into an empty directory.
     *
     * @param stored the archive as it is stored; read to its end, and left open. A read in it is not interrupted, so it should have a
     *     timeout of its own
     * @param setOwners whether to set owners, which needs privilege
     */
    public void extract(InputStream stored, Path target, boolean setOwners, TreeStats.Collector progress)
            throws IOException {
        try (Stages stages = new Stages()) {
            BufferPipe decrypted = new BufferPipe(SLOTS, BUFFER);
            stages.start("doksnap-decrypt", decrypted, () -> decrypt(stored, decrypted));
            BufferPipe plain = decrypted;
            if (codec == Codec.ZSTD) {
                BufferPipe decompressed = new BufferPipe(SLOTS, BUFFER);
                stages.start("doksnap-unzstd", decompressed, () -> ZstdStage.decompress(decrypted, decompressed));
                plain = decompressed;
            }
            new TreeExtractor(new TarReader(new PipeInput(plain)), target.toRealPath(), setOwners, progress).extract();
        }
    }

    private void decrypt(InputStream stored, BufferPipe output) throws IOException {
        InputStream plain = identity == null ? stored : OpenPgpDecryption.open(stored, identity);
        PipeOutput out = new PipeOutput(output);
        byte[] bytes = new byte[64 << 10];
        for (int n = plain.read(bytes); n >= 0; n = plain.read(bytes)) {
            out.write(bytes, 0, n);
        }
        out.close();
    }
}
