package io.doksnap.archive;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.doksnap.archive.failure.ArchiveException;
import io.doksnap.archive.failure.ArchiveException.Kind;
import io.doksnap.archive.openpgp.OpenPgpRecipient;
import io.doksnap.archive.tar.TreeStats;
import io.doksnap.testing.Command;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the original program left in its users' buckets. */
class OriginalArchivesTest {
    private static final String GPG = "backups/myapp/20240102_020006Z_myapp_20240102_020000.tar.gz.gpg";
    private static final String ENC = "backups/myapp/20240101_020005Z_myapp_20240101_020000.tar.gz.enc";
    private static final String OLDER_ENC = "backups/myapp/20231101_020005_myapp_20231101_020000.tar.gz.enc";
    private static final String PASSWORD = "correct horse battery staple";

    /** Four bytes of length, the salt, four bytes of length, the IV. */
    private static final int SALT_LENGTH_AT = 0;

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
        mustHoldTheVolume(resource(GPG), key());
    }

    @ParameterizedTest
    @ValueSource(strings = {ENC, OLDER_ENC})
    void archiveEncryptedWithAPasswordOpensDownToTheFilesOfTheVolumeWhicheverItsHash(String name) throws IOException {
        mustHoldTheVolume(resource(name), password(PASSWORD));
    }

    private void mustHoldTheVolume(byte[] stored, Decryption decryption) throws IOException {
        new ArchiveReader(Codec.GZIP, decryption)
                .extract(new ByteArrayInputStream(stored), target, false, new TreeStats.Collector());
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
    void wrongPasswordIsSaidToBeWrong() throws IOException {
        for (String name : new String[] {ENC, OLDER_ENC}) {
            failure(Kind.KEY, resource(name), password("correct horse"))
                    .isEqualTo("the password does not open this archive: it is wrong");
        }
    }

    @Test
    void archiveCutOffOrChangedIsNeverASuccess() throws IOException {
        byte[] stored = resource(ENC);
        int content = 4 + HexFormat.fromHexDigits(HexFormat.of().formatHex(stored, SALT_LENGTH_AT, 4)) + 4 + 16;
        Random random = new Random(1);
        for (int i = 0; i < 12; i++) {
            int at = i < 3 ? stored.length - 1 - 16 * i : content + 32 + random.nextInt(stored.length - content - 32);
            failure(Kind.DAMAGED, Arrays.copyOf(stored, at), password(PASSWORD));
            byte[] flipped = stored.clone();
            flipped[at] ^= 4;
            failure(Kind.DAMAGED, flipped, password(PASSWORD));
        }
        failure(Kind.DAMAGED, Arrays.copyOf(stored, stored.length + 16), password(PASSWORD));
    }

    @Test
    void whatIsNoArchiveOfTheOriginalIsDamage() throws IOException {
        for (byte[] bytes : new byte[][] {
            {},
            {0, 0, 0},
            new byte[100],
            {0, 0, 0, 1, 7, 0, 0, 0, 15},
            {127, 0, 0, 0, 1},
            Arrays.copyOf(resource(ENC), 30)
        }) {
            failure(Kind.DAMAGED, bytes, password(PASSWORD)).contains("no complete archive of the original program");
        }
    }

    @Test
    void connectionThatBreaksIsNoDamage() throws IOException {
        byte[] stored = resource(ENC);
        IOException reset = new IOException("Connection reset");
        InputStream breaking = new InputStream() {
            @Override
            public int read() throws IOException {
                throw reset;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                throw reset;
            }
        };
        for (int at : new int[] {0, 2, 30, 1000, stored.length}) {
            InputStream in = new SequenceInputStream(new ByteArrayInputStream(stored, 0, at), breaking);
            assertThatThrownBy(() ->
                            new ArchiveReader(Codec.GZIP, password(PASSWORD)).check(in, new TreeStats.Collector()))
                    .as("at %d", at)
                    .isSameAs(reset);
        }
    }

    @Test
    void archiveOfAnotherCodecIsAnErrorAndNothingWorse() throws IOException {
        byte[] stored = resource(GPG);
        assertThatThrownBy(() -> new ArchiveReader(Codec.ZSTD, key())
                        .extract(new ByteArrayInputStream(stored), target, false, new TreeStats.Collector()))
                .isInstanceOf(ArchiveException.class)
                .hasMessageContaining("zstd");
        assertThatThrownBy(() -> new ArchiveReader(Codec.NONE, new Decryption.None())
                        .extract(new ByteArrayInputStream(stored), target, false, new TreeStats.Collector()))
                .isInstanceOf(ArchiveException.class);
    }

    private AbstractStringAssert<?> failure(Kind kind, byte[] stored, Decryption decryption) throws IOException {
        ArchiveException failure = catchThrowableOfType(
                ArchiveException.class,
                () -> new ArchiveReader(Codec.GZIP, decryption)
                        .check(new ByteArrayInputStream(stored), new TreeStats.Collector()));
        assertThat(failure).isNotNull();
        assertThat(failure.kind()).as(failure.getMessage()).isEqualTo(kind);
        try (Stream<Path> written = Files.list(target)) {
            assertThat(written).isEmpty();
        }
        return assertThat(failure.getMessage()).doesNotContain("\n", PASSWORD);
    }

    private static Decryption key() throws IOException {
        return Decryption.ofKeyFile(resource("fixture-secret-key.asc"), "fixture", new char[0]);
    }

    private static Decryption password(String password) {
        return new Decryption.OriginalPassword(password.toCharArray());
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in =
                requireNonNull(OriginalArchivesTest.class.getResourceAsStream("/io/doksnap/original/" + name))) {
            return in.readAllBytes();
        }
    }
}
