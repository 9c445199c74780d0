package io.doksnap.archive.openpgp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.doksnap.testing.Command;
import io.doksnap.testing.Gpg;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/** Messages between us and the real gpg, both ways. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GpgMessagesIT {
    private static final byte[] PLAIN = new byte[200_003];
    private static final String[] ENCRYPT = {"--encrypt", "--recipient", "curve@example.com"};

    private final Instant now = Instant.now();
    private final Gpg gpg = Gpg.withoutKeys();
    private final List<String> owners = new ArrayList<>();

    @BeforeAll
    void makeKeys() {
        new Random(42).nextBytes(PLAIN);
        Arrays.fill(PLAIN, 50_000, 150_000, (byte) 'x');
        key("curve", "Key-Type: EDDSA", "Key-Curve: ed25519", "Subkey-Type: ECDH", "Subkey-Curve: cv25519");
        key("rsa", "Key-Type: RSA", "Key-Length: 3072", "Subkey-Type: RSA", "Subkey-Length: 3072");
        key("onlyprimary", "Key-Type: RSA", "Key-Length: 2048");
        key("nist256", "Key-Type: ECDSA", "Key-Curve: nistp256", "Subkey-Type: ECDH", "Subkey-Curve: nistp256");
        key("nist521", "Key-Type: ECDSA", "Key-Curve: nistp521", "Subkey-Type: ECDH", "Subkey-Curve: nistp521");
        key("elgamal", "Key-Type: DSA", "Key-Length: 2048", "Subkey-Type: ELG-E", "Subkey-Length: 2048");
    }

    private void key(String name, String... parameters) {
        owners.add(name + "@example.com");
        gpg.generate(name + "@example.com", parameters);
    }

    @AfterAll
    void stop() {
        gpg.close();
    }

    @TestFactory
    Stream<DynamicTest> gpgOpensOursAndWeOpenTheirsWithEveryKindOfKey() {
        return owners.stream()
                .map(owner -> DynamicTest.dynamicTest(owner, () -> {
                    assertThat(gpg.decrypt(toRecipients(PLAIN, owner))).isEqualTo(PLAIN);
                    assertThat(decrypt(
                                    gpg.command("--encrypt", "--recipient", owner)
                                            .input(PLAIN)
                                            .output(),
                                    owner))
                            .isEqualTo(PLAIN);
                }));
    }

    @TestFactory
    Stream<DynamicTest> gpgOpensOursOfAnyLength() {
        return Stream.of(0, 1, 511, 65_535, 65_536, 65_537, 131_072)
                .map(length -> DynamicTest.dynamicTest(length + " bytes", () -> {
                    byte[] plain = Arrays.copyOf(PLAIN, length);
                    assertThat(gpg.decrypt(toRecipients(plain, "curve@example.com")))
                            .isEqualTo(plain);
                }));
    }

    @Test
    void gpgOpensOursToSeveralRecipientsWithTheKeyOfOne() throws IOException {
        byte[] message = toRecipients(PLAIN, owners.toArray(String[]::new));
        for (String owner : owners) {
            try (Gpg other = Gpg.withoutKeys()) {
                other.command("--import").input(gpg.privateKey(owner)).output();
                assertThat(other.decrypt(message)).as(owner).isEqualTo(PLAIN);
            }
            assertThat(decrypt(message, owner)).as(owner).isEqualTo(PLAIN);
        }
    }

    @Test
    void gpgOpensOursWithAPassword() throws IOException {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        try (OutputStream out = OpenPgpEncryption.withPassword("correct horse \u00e4".toCharArray(), message)) {
            out.write(PLAIN);
        }
        assertThat(gpg.command("--passphrase-fd", "0", "--decrypt", file(message.toByteArray()))
                        .input("correct horse \u00e4\n".getBytes(StandardCharsets.UTF_8))
                        .output())
                .isEqualTo(PLAIN);
    }

    @TestFactory
    Stream<DynamicTest> weOpenWhatGpgWrites() {
        return Stream.of(
                        "--compress-algo none",
                        "--compress-algo zip",
                        "--compress-algo zlib -z 9",
                        "--compress-algo bzip2",
                        "--armor",
                        "--cipher-algo AES128",
                        "--cipher-algo AES192",
                        "--cipher-algo CAST5",
                        "--cipher-algo 3DES",
                        "--cipher-algo TWOFISH",
                        "--cipher-algo CAMELLIA256",
                        "--throw-keyids",
                        "--textmode --compress-algo none",
                        "--sign --local-user rsa@example.com",
                        "--recipient rsa@example.com --recipient nist256@example.com",
                        "--hidden-recipient rsa@example.com --hidden-recipient elgamal@example.com",
                        "--passphrase secret --symmetric")
                .map(options -> DynamicTest.dynamicTest(options, () -> {
                    byte[] plain = options.contains("textmode")
                            ? "one line\r\n".repeat(5000).getBytes(StandardCharsets.US_ASCII)
                            : PLAIN;
                    List<String> words = new ArrayList<>(List.of(options.split(" ")));
                    words.addAll(List.of(ENCRYPT));
                    byte[] message = gpg.command(words.toArray(String[]::new))
                            .input(plain)
                            .output();
                    assertThat(decrypt(message, "curve@example.com")).isEqualTo(plain);
                }));
    }

    @Test
    void hiddenRecipientIsFoundAmongAllKeysOfTheIdentity() throws IOException {
        byte[] message = gpg.command("--encrypt", "--hidden-recipient", "nist256@example.com")
                .input(PLAIN)
                .output();
        byte[] keys = gpg.command("--export-secret-keys").output();
        OpenPgpIdentity all = OpenPgpIdentity.read(keys, "all keys", new char[0]);
        assertThat(decrypt(message, all)).isEqualTo(PLAIN);
        assertThatThrownBy(() -> decrypt(message, "rsa@example.com"))
                .isInstanceOf(OpenPgpException.class)
                .hasMessageContaining("encrypted for a hidden key");
    }

    @TestFactory
    Stream<DynamicTest> weOpenWhatGpgWritesWithAPassword() {
        return Stream.of(
                        "",
                        "--cipher-algo AES256",
                        "--cipher-algo AES128",
                        "--cipher-algo 3DES",
                        "--compress-algo zip",
                        "--compress-algo bzip2",
                        "--s2k-mode 3 --s2k-count 1024",
                        "--s2k-cipher-algo AES192 --s2k-digest-algo SHA1",
                        "--s2k-mode 0",
                        "--s2k-mode 1",
                        "--s2k-digest-algo SHA512",
                        "--armor")
                .map(options -> DynamicTest.dynamicTest("symmetric " + options, () -> {
                    List<String> words = new ArrayList<>(List.of("--passphrase", "secret", "--symmetric"));
                    words.addAll(options.isEmpty() ? List.of() : List.of(options.split(" ")));
                    words.remove("--symmetric");
                    words.add("--symmetric");
                    byte[] message = gpg.command(words.toArray(String[]::new))
                            .input(PLAIN)
                            .output();
                    assertThat(decrypt(message, OpenPgpIdentity.ofPassword("secret".toCharArray())))
                            .isEqualTo(PLAIN);
                    assertThatThrownBy(() -> decrypt(message, OpenPgpIdentity.ofPassword("wrong".toCharArray())))
                            .isInstanceOf(OpenPgpException.class);
                }));
    }

    @Test
    void messageOfGpgWithoutIntegrityProtectionIsRefused() {
        byte[] message = gpg.command("--rfc2440", "--disable-mdc", "--encrypt", "--recipient", "curve@example.com")
                .input(PLAIN)
                .output();
        // gpg 2.2 and later protect it all the same; then it has to open.
        try {
            assertThat(decrypt(message, "curve@example.com")).isEqualTo(PLAIN);
        } catch (IOException e) {
            assertThat(e).isInstanceOf(OpenPgpException.class).hasMessageContaining("no integrity protection");
        }
    }

    @Test
    void keyPairThatWeGenerateIsTakenByGpgBothWays() throws IOException {
        OpenPgpKeyPair pair = OpenPgpKeyPair.generate("DokSnap \u00dcser <us@example.com>", now.minusSeconds(5));
        try (Gpg other = Gpg.withoutKeys()) {
            other.command("--import")
                    .input(pair.privateKey().getBytes(StandardCharsets.US_ASCII))
                    .output();
            assertThat(other.fingerprint("us@example.com")).isEqualTo(pair.fingerprint());
            byte[] theirs = other.command("--encrypt", "--recipient", "us@example.com")
                    .input(PLAIN)
                    .output();
            OpenPgpIdentity identity =
                    OpenPgpIdentity.read(pair.privateKey().getBytes(StandardCharsets.US_ASCII), "pair", new char[0]);
            assertThat(decrypt(theirs, identity)).isEqualTo(PLAIN);
            List<OpenPgpRecipient> recipients =
                    OpenPgpRecipient.read(pair.publicKey().getBytes(StandardCharsets.US_ASCII), "pair", now);
            assertThat(other.decrypt(encrypt(PLAIN, recipients))).isEqualTo(PLAIN);
        }
    }

    @Test
    void gpgNoticesWhatWeNotice() throws IOException {
        byte[] message = toRecipients(PLAIN, "curve@example.com");
        message[message.length / 2] ^= 1;
        assertThat(gpg.command("--decrypt").input(message).run().exitCode()).isNotZero();
        assertThatThrownBy(() -> decrypt(message, "curve@example.com")).isInstanceOf(OpenPgpException.class);
    }

    /** What its name ends in decides for gpg whether to compress again; the original program's archives are such. */
    @Test
    void gzipInsideWhatGpgCompressesOnceMoreComesBackAsItWas() throws IOException {
        byte[] gzip = Command.of("gzip", "-c").input(PLAIN).output();
        byte[] message = gpg.command("--compress-level", "9", "--compress-algo", "zlib", "--sign")
                .with("--local-user", "rsa@example.com")
                .with(ENCRYPT)
                .input(gzip)
                .output();
        assertThat(decrypt(message, "curve@example.com")).isEqualTo(gzip);
    }

    private byte[] toRecipients(byte[] plain, String... names) throws IOException {
        List<OpenPgpRecipient> recipients = new ArrayList<>();
        for (String name : names) {
            recipients.addAll(OpenPgpRecipient.read(gpg.publicKey(name), name, now.plusSeconds(5)));
        }
        return encrypt(plain, recipients);
    }

    private static byte[] encrypt(byte[] plain, List<OpenPgpRecipient> recipients) throws IOException {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        try (OutputStream out = OpenPgpEncryption.toRecipients(recipients, message)) {
            out.write(plain);
        }
        return message.toByteArray();
    }

    private byte[] decrypt(byte[] message, String owner) throws IOException {
        return decrypt(message, OpenPgpIdentity.read(gpg.privateKey(owner), owner, new char[0]));
    }

    private static byte[] decrypt(byte[] message, OpenPgpIdentity identity) throws IOException {
        return OpenPgpDecryption.open(new ByteArrayInputStream(message), identity)
                .readAllBytes();
    }

    private static String file(byte[] bytes) throws IOException {
        Path file = Files.createTempFile("message", ".gpg");
        file.toFile().deleteOnExit();
        return Files.write(file, bytes).toString();
    }
}
