import io.doksnap.archive.ArchiveReader;
import io.doksnap.archive.ArchiveWriter;
import io.doksnap.archive.Codec;
import io.doksnap.archive.Decryption;
import io.doksnap.archive.Encryption;
import io.doksnap.archive.openpgp.OpenPgpRecipient;
import io.doksnap.archive.tar.TreeStats;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/**
 * Restores one archive again and again: {@code RestoreBench TREE PUBLIC-KEY-FILE PRIVATE-KEY-FILE ARCHIVE}. Commands: {@code archive}
 * writes the tree into the archive; {@code extract DIR} unpacks it there.
 */
final class RestoreBench {
    private RestoreBench() {}

    public static void main(String[] args) throws IOException {
        Path tree = Path.of(args[0]);
        byte[] publicKey = Files.readAllBytes(Path.of(args[1]));
        byte[] privateKey = Files.readAllBytes(Path.of(args[2]));
        Path archive = Path.of(args[3]);
        ArchiveWriter writer = new ArchiveWriter(
                Codec.ZSTD, new Encryption.ToRecipients(OpenPgpRecipient.read(publicKey, args[1], Instant.now())));
        ArchiveReader reader =
                new ArchiveReader(Codec.ZSTD, Decryption.ofKeyFile(privateKey, args[2], new char[0]));
        boolean root = Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
        Commands.serve((command, argument) -> {
            if (command.equals("archive")) {
                try (OutputStream file = Files.newOutputStream(archive)) {
                    return PipelineBench.archive(writer, tree, file);
                }
            }
            try (InputStream stored = Files.newInputStream(archive)) {
                reader.extract(stored, Path.of(argument), root, new TreeStats.Collector());
            }
            return Files.size(archive);
        });
    }
}
