package io.doksnap.archive.age;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.doksnap.archive.failure.ArchiveException;
import io.doksnap.archive.failure.ArchiveException.Kind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.AbstractStringAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class AgeMessageTest {
    private static final int CHUNK = 64 << 10;
    private static final AgeKeyPair ALICE = AgeKeyPair.generate();
    private static final AgeKeyPair BOB = AgeKeyPair.generate();

    @Test
    void contentOfAnyLengthComesBackAlsoAroundTheBordersOfChunks() throws IOException {
        Random random = new Random(1);
        for (int chunks = 0; chunks < 4; chunks++) {
            for (int around :
                    new int[] {-17, -16, -1, 0, 1, 15, 16, 17, random.nextInt(CHUNK), random.nextInt(CHUNK)}) {
                byte[] plain = bytes(random, Math.max(0, chunks * CHUNK + around));
                assertThat(decrypt(encrypt(plain, ALICE), identity(ALICE)))
                        .as("%d bytes", plain.length)
                        .isEqualTo(plain);
            }
        }
    }

    @Test
    void fileWhoseStoredLengthIsThatOfAChunkComesBack() throws IOException {
        int overhead = encrypt(new byte[0], ALICE).length;
        for (int around = -20; around <= 20; around++) {
            byte[] plain = bytes(new Random(around), CHUNK + 16 - overhead + around);
            assertThat(decrypt(encrypt(plain, ALICE), identity(ALICE))).isEqualTo(plain);
        }
    }

    @Test
    void contentWrittenAndReadInPiecesOfAnySizeComesBack() throws IOException {
        Random random = new Random(2);
        byte[] plain = bytes(random, 3 * CHUNK + 5);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (OutputStream out = AgeEncryption.toRecipients(recipients(ALICE), file)) {
            out.write(plain[0]);
            for (int at = 1; at < plain.length; ) {
                int n = Math.min(1 + random.nextInt(90_000), plain.length - at);
                out.write(plain, at, n);
                at += n;
            }
        }
        ByteArrayOutputStream back = new ByteArrayOutputStream();
        InputStream in = AgeDecryption.open(new Trickle(file.toByteArray(), random), identity(ALICE));
        back.write(in.read());
        byte[] piece = new byte[90_000];
        for (int n = in.read(piece, 7, 1); n >= 0; n = in.read(piece, 7, 1 + random.nextInt(80_000))) {
            back.write(piece, 7, n);
        }
        assertThat(back.toByteArray()).isEqualTo(plain);
        assertThat(in.read()).isEqualTo(-1);
    }

    @Test
    void everyRecipientOpensItAndSoDoesAFileOfSeveralIdentities() throws IOException {
        byte[] file = encrypt(new byte[] {1, 2, 3}, ALICE, BOB);
        assertThat(decrypt(file, identity(ALICE))).isEqualTo(new byte[] {1, 2, 3});
        assertThat(decrypt(file, identity(BOB))).isEqualTo(new byte[] {1, 2, 3});
        AgeIdentity both = AgeIdentity.read(
                ascii("# two of them\n" + AgeKeyPair.generate().privateKey() + "\n\n" + BOB.privateKey()),
                "keys",
                none());
        assertThat(decrypt(encrypt(new byte[] {4}, BOB), both)).isEqualTo(new byte[] {4});
    }

    @Test
    void passphraseOpensWhatItEncrypted() throws IOException {
        byte[] plain = bytes(new Random(3), CHUNK);
        byte[] file = encrypt(plain, "h\u00e4llo w\u00f6rld");
        assertThat(decrypt(file, AgeIdentity.ofPassphrase("h\u00e4llo w\u00f6rld".toCharArray())))
                .isEqualTo(plain);
        failure(Kind.KEY, () -> decrypt(file, AgeIdentity.ofPassphrase("hallo".toCharArray())))
                .isEqualTo("the passphrase does not open this archive: it is wrong");
    }

    @Test
    void wrongIdentityIsSaidToBeWrong() throws IOException {
        failure(Kind.KEY, () -> decrypt(encrypt(new byte[9], ALICE), identity(BOB)))
                .contains("the private key in key file does not open this archive", "encrypted to another key");
        failure(Kind.KEY, () -> decrypt(encrypt(new byte[9], ALICE, ALICE), identity(BOB)))
                .contains("encrypted to 2 other keys");
        failure(Kind.KEY, () -> decrypt(encrypt(new byte[9], ALICE), AgeIdentity.ofPassphrase(new char[] {'x'})))
                .contains("the passphrase does not open", "encrypted to another key");
        failure(Kind.KEY, () -> decrypt(encrypt(new byte[9], "secret"), identity(BOB)))
                .contains("does not open", "encrypted with a passphrase");
    }

    @Test
    void flippedBitAnywhereIsNeverASuccess() throws IOException {
        byte[] file = encrypt(bytes(new Random(4), 100), ALICE, BOB);
        for (int bit = 0; bit < 8 * file.length; bit++) {
            byte[] flipped = file.clone();
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThatThrownBy(() -> decrypt(flipped, identity(ALICE)))
                    .as("bit %d", bit)
                    .isInstanceOf(ArchiveException.class);
        }
    }

    @Test
    void flippedBitOfALongFileIsDamage() throws IOException {
        byte[] file = encrypt(bytes(new Random(5), 4 * CHUNK), ALICE);
        Random random = new Random(6);
        for (int i = 0; i < 60; i++) {
            byte[] flipped = file.clone();
            flipped[300 + random.nextInt(file.length - 300)] ^= (byte) (1 << random.nextInt(8));
            failure(Kind.DAMAGED, () -> decrypt(flipped, identity(ALICE)))
                    .isEqualTo("the archive cannot be decrypted: it is cut off or its content was changed after it was"
                            + " written");
        }
    }

    @Test
    void fileCutAnywhereIsDamage() throws IOException {
        for (int length : new int[] {0, 300, 2 * CHUNK, 2 * CHUNK + 1}) {
            byte[] file = encrypt(bytes(new Random(length), length), ALICE);
            int header = file.length - (length + 16 * Math.max(1, (length + CHUNK - 1) / CHUNK));
            for (int end = 0; end < file.length; end += end < header + 40 ? 1 : 4001) {
                cut(file, end);
            }
            // Where a chunk ends, and the last one is missing as a whole.
            for (int end = header; end < file.length; end += CHUNK + 16) {
                cut(file, end);
            }
        }
    }

    private static void cut(byte[] file, int end) {
        failure(Kind.DAMAGED, () -> decrypt(Arrays.copyOf(file, end), identity(ALICE)))
                .as("cut at %d of %d", end, file.length)
                .contains("the archive cannot be decrypted");
    }

    @Test
    void whatFollowsTheEndAndChunksInAnotherOrderAreDamage() throws IOException {
        byte[] file = encrypt(new byte[3 * CHUNK], ALICE);
        failure(Kind.DAMAGED, () -> decrypt(Arrays.copyOf(file, file.length + 1), identity(ALICE)));
        failure(Kind.DAMAGED, () -> decrypt(Arrays.copyOf(file, file.length + CHUNK + 16), identity(ALICE)));
        byte[] swapped = file.clone();
        int second = file.length - 2 * (CHUNK + 16);
        System.arraycopy(file, second, swapped, second - CHUNK - 16, CHUNK + 16);
        System.arraycopy(file, second - CHUNK - 16, swapped, second, CHUNK + 16);
        failure(Kind.DAMAGED, () -> decrypt(swapped, identity(ALICE)));
    }

    @Test
    void garbageIsNoAgeFile() {
        Random random = new Random(7);
        for (int i = 0; i < 200; i++) {
            byte[] garbage = bytes(random, random.nextInt(300));
            failure(Kind.DAMAGED, () -> decrypt(garbage, identity(ALICE))).contains("no complete age file");
        }
        for (String text : List.of(
                "",
                "age-encryption.org/v1",
                "age-encryption.org/v1\n",
                "age-encryption.org/v1\n---",
                "age-encryption.org/v1\n-> scrypt AAAA 10\n\n--- ",
                "age-encryption.org/v2\n-> X25519 a\nb\n---",
                "-----BEGIN AGE ENCRYPTED FILE-----\nAAAA\n-----END AGE ENCRYPTED FILE-----\n")) {
            failure(Kind.DAMAGED, () -> decrypt(ascii(text), identity(ALICE)));
        }
    }

    @Test
    void connectionThatBreaksIsNoDamage() throws IOException {
        byte[] file = encrypt(bytes(new Random(8), 3 * CHUNK), ALICE);
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
        for (int at : new int[] {0, 10, 100, 200, CHUNK, 2 * CHUNK, file.length}) {
            InputStream stored = new SequenceInputStream(new ByteArrayInputStream(file, 0, at), breaking);
            assertThatThrownBy(() -> AgeDecryption.open(stored, identity(ALICE)).readAllBytes())
                    .as("at %d", at)
                    .isSameAs(reset);
        }
    }

    @Test
    void closingLeavesTheOutputOpenAndAFailedSinkIsPassedOn() throws IOException {
        boolean[] closed = {false};
        ByteArrayOutputStream bytes = new ByteArrayOutputStream() {
            @Override
            public void close() {
                closed[0] = true;
            }
        };
        OutputStream out = AgeEncryption.toRecipients(recipients(ALICE), bytes);
        out.write(1);
        out.close();
        out.close();
        assertThat(closed[0]).isFalse();
        assertThat(decrypt(bytes.toByteArray(), identity(ALICE))).isEqualTo(new byte[] {1});

        IOException full = new IOException("bucket is full");
        OutputStream sink = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw full;
            }
        };
        assertThatThrownBy(() -> AgeEncryption.toRecipients(recipients(ALICE), sink))
                .isSameAs(full);
    }

    @Test
    void passphraseThatTakesMoreMemoryThanThereIsSaysHowMuchItTakes() throws IOException {
        byte[] file = encrypt(new byte[1], "secret");
        String header = new String(file, 0, 80, StandardCharsets.ISO_8859_1);
        int at = header.indexOf(" 16\n") + 1;
        byte[] heavy = file.clone();
        heavy[at] = '2';
        heavy[at + 1] = '2';
        failure(Kind.KEY, () -> decrypt(heavy, AgeIdentity.ofPassphrase("secret".toCharArray())))
                .contains("takes 4096 MiB of memory", "DOKSNAP_JAVA_OPTS=-Xmx4224m");
        heavy[at] = '9';
        failure(Kind.DAMAGED, () -> decrypt(heavy, AgeIdentity.ofPassphrase("secret".toCharArray())));
    }

    private static AbstractStringAssert<?> failure(Kind kind, ThrowingCallable call) {
        ArchiveException failure = catchThrowableOfType(ArchiveException.class, call);
        assertThat(failure).isNotNull();
        assertThat(failure.kind()).as(failure.getMessage()).isEqualTo(kind);
        return assertThat(failure.getMessage()).doesNotContain("\n");
    }

    private static byte[] encrypt(byte[] plain, AgeKeyPair... pairs) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (OutputStream out = AgeEncryption.toRecipients(recipients(pairs), file)) {
            out.write(plain);
        }
        return file.toByteArray();
    }

    private static byte[] encrypt(byte[] plain, String passphrase) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (OutputStream out = AgeEncryption.withPassphrase(passphrase.toCharArray(), file)) {
            out.write(plain);
        }
        return file.toByteArray();
    }

    private static byte[] decrypt(byte[] file, AgeIdentity identity) throws IOException {
        return AgeDecryption.open(new ByteArrayInputStream(file), identity).readAllBytes();
    }

    private static List<AgeRecipient> recipients(AgeKeyPair... pairs) {
        return Arrays.stream(pairs)
                .map(pair -> new AgeRecipient(pair.publicKey()))
                .toList();
    }

    private static AgeIdentity identity(AgeKeyPair pair) throws ArchiveException {
        return AgeIdentity.read(ascii(pair.privateKey()), "key file", none());
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static char[] none() {
        return new char[0];
    }

    private static byte[] bytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Gives fewer bytes than it is asked for, as a network does. */
    private static final class Trickle extends ByteArrayInputStream {
        private final Random random;

        private Trickle(byte[] bytes, Random random) {
            super(bytes);
            this.random = random;
        }

        @Override
        public synchronized int read(byte[] bytes, int offset, int length) {
            return super.read(bytes, offset, Math.min(length, 1 + random.nextInt(5000)));
        }
    }
}
