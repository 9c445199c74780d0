package io.doksnap.archive.openpgp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.doksnap.archive.failure.ArchiveException.Kind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.AbstractStringAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bouncycastle.bcpg.AEADAlgorithmTags;
import org.bouncycastle.bcpg.ArmoredOutputStream;
import org.bouncycastle.bcpg.SymmetricKeyAlgorithmTags;
import org.bouncycastle.openpgp.PGPEncryptedDataGenerator;
import org.bouncycastle.openpgp.PGPLiteralData;
import org.bouncycastle.openpgp.PGPLiteralDataGenerator;
import org.bouncycastle.openpgp.operator.PGPDataEncryptorBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPBEKeyEncryptionMethodGenerator;
import org.bouncycastle.openpgp.operator.bc.BcPGPDataEncryptorBuilder;
import org.junit.jupiter.api.Test;

class OpenPgpMessageTest {
    private static final Instant NOW = Instant.parse("2024-02-29T12:00:00Z");
    private static final OpenPgpKeyPair ALICE = OpenPgpKeyPair.generate("Alice <alice@example.com>", NOW);
    private static final OpenPgpKeyPair BOB = OpenPgpKeyPair.generate("Bob <bob@example.com>", NOW);

    @Test
    void messageOfAnyLengthComesBack() throws IOException {
        Random random = new Random(1);
        for (int length : new int[] {0, 1, 15, 16, 17, 65_535, 65_536, 65_537, 131_072, 1_000_003}) {
            byte[] plain = bytes(random, length);
            assertThat(decrypt(encrypt(plain, ALICE), identity(ALICE))).isEqualTo(plain);
        }
    }

    @Test
    void everyRecipientOpensIt() throws IOException {
        byte[] message = encrypt(new byte[] {1, 2, 3}, ALICE, BOB);
        assertThat(decrypt(message, identity(ALICE))).isEqualTo(new byte[] {1, 2, 3});
        assertThat(decrypt(message, identity(BOB))).isEqualTo(new byte[] {1, 2, 3});
    }

    @Test
    void passwordOpensWhatItEncrypted() throws IOException {
        byte[] message = encrypt(new byte[] {1, 2, 3}, "h\u00e4llo w\u00f6rld");
        assertThat(decrypt(message, OpenPgpIdentity.ofPassword("h\u00e4llo w\u00f6rld".toCharArray())))
                .isEqualTo(new byte[] {1, 2, 3});
    }

    @Test
    void armoredMessageIsOpened() throws IOException {
        ByteArrayOutputStream armored = new ByteArrayOutputStream();
        try (ArmoredOutputStream out = new ArmoredOutputStream(armored)) {
            out.write(encrypt(new byte[100_000], ALICE));
        }
        armored.write('\n');
        assertThat(decrypt(armored.toByteArray(), identity(ALICE))).isEqualTo(new byte[100_000]);
    }

    @Test
    void closingTheMessageLeavesTheOutputOpen() throws IOException {
        boolean[] closed = {false};
        ByteArrayOutputStream bytes = new ByteArrayOutputStream() {
            @Override
            public void close() {
                closed[0] = true;
            }
        };
        OutputStream out = OpenPgpEncryption.toRecipients(recipients(ALICE), bytes);
        out.write(1);
        out.close();
        out.close();
        assertThat(closed[0]).isFalse();
        assertThat(decrypt(bytes.toByteArray(), identity(ALICE))).isEqualTo(new byte[] {1});
    }

    @Test
    void wrongKeyIsNamedWithTheOneThatIsNeeded() throws IOException {
        byte[] message = encrypt(new byte[] {1}, ALICE);
        long id = recipients(ALICE).get(0).encryptionKey().getKeyID();
        keyFailure(() -> decrypt(message, identity(BOB)))
                .contains("private key in key file does not open this archive", String.format("key %016X", id));
        keyFailure(() -> decrypt(message, OpenPgpIdentity.ofPassword(new char[] {'x'})))
                .contains("the password does not open", String.format("key %016X", id));
    }

    @Test
    void wrongPasswordIsSaidToBeWrong() throws IOException {
        byte[] message = encrypt(new byte[1000], "right");
        for (String wrong : List.of("wrong", "Right", "right ", "")) {
            keyFailure(() -> decrypt(message, OpenPgpIdentity.ofPassword(wrong.toCharArray())))
                    .contains("the password does not open this archive");
        }
        keyFailure(() -> decrypt(message, identity(BOB))).contains("encrypted for a password");
    }

    @Test
    void flippedBitAnywhereNeverChangesTheContent() throws IOException {
        byte[] plain = bytes(new Random(2), 200);
        byte[] message = encrypt(plain, ALICE);
        List<Integer> harmless = new ArrayList<>();
        for (int bit = 0; bit < 8 * message.length; bit++) {
            byte[] flipped = message.clone();
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            try {
                assertThat(decrypt(flipped, identity(ALICE))).as("bit %d", bit).isEqualTo(plain);
                harmless.add(bit);
            } catch (OpenPgpException expected) {
                assertThat(expected).hasMessageContaining("archive");
            }
        }
        // In the packet of the wrapped session key: the lowest bits of a number's length, which only say how many bits
        // of its first byte
        // count, and the one bit of an X25519 point that means nothing (RFC 7748, 5).
        assertThat(harmless).hasSizeLessThanOrEqualTo(8).allMatch(bit -> bit / 8 < 60);
    }

    @Test
    void flippedBitOfALongMessageIsNeverASuccess() throws IOException {
        byte[] plain = bytes(new Random(4), 300_000);
        byte[] message = encrypt(plain, ALICE);
        Random random = new Random(5);
        for (int i = 0; i < 150; i++) {
            byte[] flipped = message.clone();
            int at = random.nextInt(message.length);
            flipped[at] ^= (byte) (1 << random.nextInt(8));
            assertThatThrownBy(() -> decrypt(flipped, identity(ALICE)))
                    .as("byte %d", at)
                    .isInstanceOf(OpenPgpException.class);
        }
    }

    @Test
    void messageCutAnywhereIsNeverASuccess() throws IOException {
        byte[] message = encrypt(bytes(new Random(6), 200_000), ALICE);
        for (int end = 0; end < message.length; end += end < 400 ? 1 : 1 + end / 60) {
            cutAt(message, end);
        }
        for (int end = message.length - 100; end < message.length; end++) {
            cutAt(message, end);
        }
    }

    @Test
    void whatFollowsTheEndIsNotLostWithoutAWord() throws IOException {
        byte[] message = encrypt(new byte[] {1}, ALICE);
        byte[] joined = Arrays.copyOf(message, message.length * 2);
        System.arraycopy(message, 0, joined, message.length, message.length);
        assertThatThrownBy(() -> decrypt(joined, identity(ALICE)))
                .isInstanceOf(OpenPgpException.class)
                .hasMessageContaining("joined");
    }

    @Test
    void garbageIsNoMessage() {
        Random random = new Random(7);
        for (int i = 0; i < 300; i++) {
            byte[] garbage = bytes(random, random.nextInt(300));
            assertThatThrownBy(() -> decrypt(garbage, identity(ALICE))).isInstanceOf(OpenPgpException.class);
        }
        for (String text : List.of("", "hello", "-----BEGIN PGP MESSAGE-----\n\nAAAA\n-----END PGP MESSAGE-----\n")) {
            damaged(() -> decrypt(text.getBytes(StandardCharsets.US_ASCII), identity(ALICE)))
                    .contains("message");
        }
    }

    @Test
    void messageWithoutIntegrityProtectionIsRefused() throws Exception {
        byte[] message = encryptWith(
                new BcPGPDataEncryptorBuilder(SymmetricKeyAlgorithmTags.AES_256).setWithIntegrityPacket(false));
        damaged(() -> decrypt(message, OpenPgpIdentity.ofPassword("secret".toCharArray())))
                .contains("no integrity protection");
    }

    @Test
    void ciphersOfOthersAreOpenedAndCheckedToo() throws Exception {
        for (int cipher : new int[] {
            SymmetricKeyAlgorithmTags.AES_128,
            SymmetricKeyAlgorithmTags.AES_192,
            SymmetricKeyAlgorithmTags.CAST5,
            SymmetricKeyAlgorithmTags.TRIPLE_DES,
            SymmetricKeyAlgorithmTags.TWOFISH,
            SymmetricKeyAlgorithmTags.CAMELLIA_256
        }) {
            byte[] message = encryptWith(new BcPGPDataEncryptorBuilder(cipher).setWithIntegrityPacket(true));
            OpenPgpIdentity identity = OpenPgpIdentity.ofPassword("secret".toCharArray());
            assertThat(decrypt(message, identity)).as("cipher %d", cipher).isEqualTo(new byte[5000]);
            byte[] flipped = message.clone();
            flipped[message.length / 2] ^= 1;
            assertThatThrownBy(() -> decrypt(flipped, identity)).isInstanceOf(OpenPgpException.class);
        }
    }

    /** The packet 20 of gpg 2.3 and later, which gpg 2.2 only reads. */
    @Test
    void ocbOfNewerGpgIsOpenedAndChecked() throws Exception {
        byte[] message = encryptWith(new BcPGPDataEncryptorBuilder(SymmetricKeyAlgorithmTags.AES_256)
                .setUseV5AEAD()
                .setWithAEAD(AEADAlgorithmTags.OCB, 6));
        OpenPgpIdentity identity = OpenPgpIdentity.ofPassword("secret".toCharArray());
        assertThat(decrypt(message, identity)).isEqualTo(new byte[5000]);
        for (int at = 60; at < message.length; at += 97) {
            byte[] flipped = message.clone();
            flipped[at] ^= 1;
            assertThatThrownBy(() -> decrypt(flipped, identity)).isInstanceOf(OpenPgpException.class);
        }
        for (int end = 0; end < message.length; end += end < message.length - 300 ? 13 : 1) {
            byte[] cut = Arrays.copyOf(message, end);
            assertThatThrownBy(() -> decrypt(cut, identity))
                    .as("cut at %d of %d", end, message.length)
                    .isInstanceOf(OpenPgpException.class);
        }
    }

    @Test
    void connectionThatBreaksIsNoDamage() throws IOException {
        byte[] message = encrypt(bytes(new Random(8), 300_000), ALICE);
        for (int at : new int[] {0, 10, 1000, 200_000, message.length}) {
            IOException reset = new IOException("Connection reset");
            InputStream broken = new InputStream() {
                private int position;

                @Override
                public int read() throws IOException {
                    if (position == at) {
                        throw reset;
                    }
                    return message[position++] & 0xFF;
                }

                @Override
                public int read(byte[] into, int offset, int length) throws IOException {
                    if (position == at) {
                        throw reset;
                    }
                    int n = Math.min(length, at - position);
                    System.arraycopy(message, position, into, offset, n);
                    position += n;
                    return n;
                }
            };
            assertThatThrownBy(() ->
                            OpenPgpDecryption.open(broken, identity(ALICE)).readAllBytes())
                    .as("at %d", at)
                    .isSameAs(reset);
        }
    }

    private static void cutAt(byte[] message, int end) {
        byte[] cut = Arrays.copyOf(message, end);
        assertThatThrownBy(() -> decrypt(cut, identity(ALICE)))
                .as("cut at %d", end)
                .isInstanceOf(OpenPgpException.class);
    }

    private static AbstractStringAssert<?> keyFailure(ThrowingCallable call) {
        return failure(Kind.KEY, call);
    }

    private static AbstractStringAssert<?> damaged(ThrowingCallable call) {
        return failure(Kind.DAMAGED, call);
    }

    private static AbstractStringAssert<?> failure(Kind kind, ThrowingCallable call) {
        OpenPgpException failure = catchThrowableOfType(OpenPgpException.class, call);
        assertThat(failure.kind()).isEqualTo(kind);
        return assertThat(failure.getMessage());
    }

    private static byte[] encryptWith(PGPDataEncryptorBuilder cipher) throws Exception {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        PGPEncryptedDataGenerator generator = new PGPEncryptedDataGenerator(cipher);
        generator.addMethod(new BcPBEKeyEncryptionMethodGenerator("secret".toCharArray()));
        try (OutputStream encrypted = generator.open(message, new byte[1024]);
                OutputStream literal =
                        new PGPLiteralDataGenerator().open(encrypted, PGPLiteralData.BINARY, "", 5000, new Date(0))) {
            literal.write(new byte[5000]);
        }
        return message.toByteArray();
    }

    private static byte[] encrypt(byte[] plain, OpenPgpKeyPair... pairs) throws IOException {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        try (OutputStream out = OpenPgpEncryption.toRecipients(recipients(pairs), message)) {
            out.write(plain);
        }
        return message.toByteArray();
    }

    private static byte[] encrypt(byte[] plain, String password) throws IOException {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        try (OutputStream out = OpenPgpEncryption.withPassword(password.toCharArray(), message)) {
            out.write(plain);
        }
        return message.toByteArray();
    }

    private static byte[] decrypt(byte[] message, OpenPgpIdentity identity) throws IOException {
        return OpenPgpDecryption.open(new ByteArrayInputStream(message), identity)
                .readAllBytes();
    }

    private static List<OpenPgpRecipient> recipients(OpenPgpKeyPair... pairs) throws OpenPgpException {
        StringBuilder keys = new StringBuilder();
        for (OpenPgpKeyPair pair : pairs) {
            keys.append(pair.publicKey());
        }
        return OpenPgpRecipient.read(keys.toString().getBytes(StandardCharsets.US_ASCII), "key file", NOW);
    }

    private static OpenPgpIdentity identity(OpenPgpKeyPair pair) throws OpenPgpException {
        return OpenPgpIdentity.read(pair.privateKey().getBytes(StandardCharsets.US_ASCII), "key file", new char[0]);
    }

    private static byte[] bytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
