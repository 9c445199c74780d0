package io.doksnap.archive;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.doksnap.archive.openpgp.OpenPgpDecryption;
import io.doksnap.archive.openpgp.OpenPgpIdentity;
import io.doksnap.archive.openpgp.OpenPgpRecipient;
import io.doksnap.archive.tar.TreeStats;
import io.doksnap.testing.Command;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the original program left in its users' buckets. */
class OriginalArchivesTest {
    private static final String GPG = "backups/myapp/20240102_020006Z_myapp_20240102_020000.tar.gz.gpg";

    @TempDir
    Path target;

    @Test
    void keyOfTheOriginalIsOneThatWeEncryptTo() throws IOException {
        assertThat(OpenPgpRecipient.read(
                        resource("fixture-public-key.asc"), "fixture", Instant.parse("2024-06-01T00:00:00Z")))
                .hasSize(1);
    }

    @Test
    void archiveEncryptedWithGpgOpensDownToTheFilesOfTheVolume() throws IOException {
        InputStream gzip = OpenPgpDecryption.open(new ByteArrayInputStream(resource(GPG)), identity());
        byte[] tar = new GZIPInputStream(gzip).readAllBytes();
        new ArchiveReader(Codec.NONE, null)
                .extract(new ByteArrayInputStream(tar), target, false, new TreeStats.Collector());

        Path volume = target.resolve("myapp_data/_data");
        String checked = new String(
                Command.of("sha256sum", "--check", "-")
                        .in(volume)
                        .input(resource("expected-sha256.txt"))
                        .output(),
                StandardCharsets.UTF_8);
        assertThat(checked.lines()).hasSize(3).allMatch(line -> line.endsWith(": OK"));
        assertThat(volume.resolve("link")).isSymbolicLink().hasSameBinaryContentAs(volume.resolve("uploads/big.bin"));
    }

    @Test
    void archiveOfAnotherCodecIsAnErrorAndNothingWorse() throws IOException {
        byte[] stored = resource(GPG);
        assertThatThrownBy(() -> new ArchiveReader(Codec.ZSTD, identity())
                        .extract(new ByteArrayInputStream(stored), target, false, new TreeStats.Collector()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("zstd");
        assertThatThrownBy(() -> new ArchiveReader(Codec.NONE, null)
                        .extract(new ByteArrayInputStream(stored), target, false, new TreeStats.Collector()))
                .isInstanceOf(IOException.class);
    }

    private static OpenPgpIdentity identity() throws IOException {
        return OpenPgpIdentity.read(resource("fixture-secret-key.asc"), "fixture", new char[0]);
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in =
                requireNonNull(OriginalArchivesTest.class.getResourceAsStream("/io/doksnap/original/" + name))) {
            return in.readAllBytes();
        }
    }
}
