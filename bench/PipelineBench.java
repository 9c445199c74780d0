import io.doksnap.archive.ArchiveWriter;
import io.doksnap.archive.Codec;
import io.doksnap.archive.Encryption;
import io.doksnap.archive.age.AgeRecipient;
import io.doksnap.archive.openpgp.OpenPgpRecipient;
import io.doksnap.archive.tar.Excludes;
import io.doksnap.archive.tar.TreeStats;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/**
 * Archives a tree again and again: {@code PipelineBench TREE PUBLIC-KEY-FILE}, for OpenPGP or age, with {@code -} for tar alone, without
 * compression and encryption. Commands: {@code run} writes into nothing; {@code write FILE} writes the archive there (a pipe will do).
 */
final class PipelineBench {
    private PipelineBench() {}

    public static void main(String[] args) throws IOException {
        Path tree = Path.of(args[0]);
        ArchiveWriter writer = writer(args[1]);
        Commands.serve((command, argument) -> {
            if (command.equals("run")) {
                return archive(writer, tree, OutputStream.nullOutputStream());
            }
            try (OutputStream file = Files.newOutputStream(Path.of(argument))) {
                return archive(writer, tree, file);
            }
        });
    }

    private static ArchiveWriter writer(String key) throws IOException {
        if (key.equals("-")) {
            return new ArchiveWriter(Codec.NONE, new Encryption.None());
        }
        byte[] bytes = Files.readAllBytes(Path.of(key));
        if (new String(bytes, StandardCharsets.US_ASCII).startsWith(AgeRecipient.PREFIX)) {
            return new ArchiveWriter(Codec.ZSTD, new Encryption.ToAgeRecipients(AgeRecipient.read(bytes, key)));
        }
        return new ArchiveWriter(
                Codec.ZSTD, new Encryption.ToRecipients(OpenPgpRecipient.read(bytes, key, Instant.now())));
    }

    static long archive(ArchiveWriter writer, Path tree, OutputStream out) throws IOException {
        Counting counting = new Counting(out);
        writer.write(tree, Excludes.NONE, new TreeStats.Collector(), counting);
        return counting.count;
    }

    private static final class Counting extends OutputStream {
        private final OutputStream out;
        private long count;

        Counting(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
            count++;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
            count += length;
        }
    }
}
