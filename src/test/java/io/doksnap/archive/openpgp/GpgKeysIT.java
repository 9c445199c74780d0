package io.doksnap.archive.openpgp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.doksnap.archive.failure.ArchiveException.Kind;
import io.doksnap.testing.Gpg;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Keys as the real gpg makes them: each that cannot be used is named, with the reason and the remedy. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GpgKeysIT {
    private static final String[] CURVE = {
        "Key-Type: EDDSA", "Key-Curve: ed25519", "Subkey-Type: ECDH", "Subkey-Curve: cv25519", "Subkey-Usage: encrypt"
    };

    private final Instant now = Instant.now();
    private final Gpg gpg = Gpg.withoutKeys();

    @BeforeAll
    void makeKeys() {
        gpg.generate("good@example.com", CURVE);
        gpg.generate("other@example.com", CURVE);
    }

    @AfterAll
    void stop() {
        gpg.close();
    }

    @Test
    void goodKeyIsReadWithItsOwnerAndFingerprint() throws OpenPgpException {
        assertThat(OpenPgpRecipient.read(gpg.publicKey("good@example.com"), "good.asc", now))
                .singleElement()
                .satisfies(recipient -> {
                    assertThat(recipient.owner()).contains("good@example.com");
                    assertThat(recipient.fingerprint()).isEqualTo(gpg.fingerprint("good@example.com"));
                    assertThat(recipient.encryptionKey().isMasterKey()).isFalse();
                });
    }

    @Test
    void binaryKeyAndKeysJoinedWithCatAreAllRead() throws OpenPgpException {
        byte[] binary = gpg.command("--export", "good@example.com").output();
        assertThat(OpenPgpRecipient.read(binary, "good.gpg", now)).hasSize(1);
        byte[] both = join(gpg.publicKey("good@example.com"), gpg.publicKey("other@example.com"));
        assertThat(OpenPgpRecipient.read(both, "both.asc", now)).hasSize(2);
        byte[] exportedTogether = gpg.command("--armor", "--export", "good@example.com", "other@example.com")
                .output();
        assertThat(OpenPgpRecipient.read(exportedTogether, "both.asc", now)).hasSize(2);
        byte[] text = join("Our key:\r\n\r\n".getBytes(StandardCharsets.US_ASCII), gpg.publicKey("good@example.com"));
        assertThat(OpenPgpRecipient.read(text, "mail.txt", now)).hasSize(1);
    }

    @Test
    void expiredKeyIsNamedWithTheDay() {
        String fingerprint = gpg.generate("expired@example.com", withExpiry("Expire-Date: 2d"));
        byte[] key = gpg.publicKey("expired@example.com");
        refused(key, now.plus(3, ChronoUnit.DAYS)).contains("old.asc", fingerprint, "expired on", "extend it");
        assertThat(catchThrowableOfType(
                        OpenPgpException.class,
                        () -> OpenPgpRecipient.read(key, "old.asc", now.plus(1, ChronoUnit.DAYS))))
                .isNull();
    }

    @Test
    void expiredSubkeyIsSaidToBeExpiredAndNotToBeMissing() {
        gpg.generate("subexpired@example.com", "Key-Type: EDDSA", "Key-Curve: ed25519", "Key-Usage: sign");
        String fingerprint = gpg.fingerprint("subexpired@example.com");
        gpg.command("--quick-add-key", fingerprint, "cv25519", "encr", "2d").output();
        byte[] key = gpg.publicKey("subexpired@example.com");
        refused(key, now.plus(3, ChronoUnit.DAYS)).contains("subkey", "expired on", "extend it");
    }

    @Test
    void newestOfSeveralSubkeysIsTakenAndAnExpiredOnePassedOver() throws OpenPgpException {
        String fingerprint = gpg.generate("several@example.com", CURVE);
        gpg.command("--quick-add-key", fingerprint, "rsa2048", "encr", "2d").output();
        byte[] key = gpg.publicKey("several@example.com");
        long later = OpenPgpRecipient.read(key, "k", now.plus(1, ChronoUnit.DAYS))
                .get(0)
                .encryptionKey()
                .getKeyID();
        long afterExpiry = OpenPgpRecipient.read(key, "k", now.plus(3, ChronoUnit.DAYS))
                .get(0)
                .encryptionKey()
                .getKeyID();
        assertThat(later).isNotEqualTo(afterExpiry);
    }

    @Test
    void revokedKeyAndRevokedSubkeyAreNamed() {
        String fingerprint = gpg.generate("revoked@example.com", CURVE);
        edit(fingerprint, "key 1\nrevkey\ny\n0\n\ny\nsave\n");
        refused(gpg.publicKey("revoked@example.com"), now).contains("subkey", "is revoked");

        gpg.generate("dead@example.com", CURVE);
        String dead = gpg.fingerprint("dead@example.com");
        edit(dead, "revkey\ny\n0\n\ny\nsave\n");
        refused(gpg.publicKey("dead@example.com"), now).contains(dead, "is revoked; use another one");
    }

    @Test
    void keyForSigningOnlyIsSaidToBeOne() {
        gpg.generate("signer@example.com", "Key-Type: EDDSA", "Key-Curve: ed25519", "Key-Usage: sign");
        refused(gpg.publicKey("signer@example.com"), now).contains("only for signing", "add an encryption subkey");
        gpg.generate("rsasigner@example.com", "Key-Type: RSA", "Key-Length: 2048", "Key-Usage: sign");
        refused(gpg.publicKey("rsasigner@example.com"), now).contains("only for signing");
    }

    @Test
    void privateKeyWhereThePublicOneBelongsIsRefused() {
        refused(gpg.privateKey("good@example.com"), now).contains("is a private key; only the public key belongs here");
    }

    @Test
    void publicKeyWhereThePrivateOneBelongsIsRefused() {
        assertThat(identityFailure(gpg.publicKey("good@example.com"), ""))
                .contains("old.asc holds only a public key", "gpg --export-secret-keys");
    }

    @Test
    void garbageAndHalfAKeyAreRefused() {
        byte[] key = gpg.publicKey("good@example.com");
        for (byte[] bad : List.of(
                new byte[0],
                "hello".getBytes(StandardCharsets.US_ASCII),
                "\n\n".getBytes(StandardCharsets.US_ASCII),
                new byte[300],
                Arrays.copyOf(key, key.length / 2))) {
            refused(bad, now).contains("old.asc holds no", "gpg --export --armor");
            assertThat(identityFailure(bad, "")).contains("old.asc holds no", "gpg --export-secret-keys");
        }
    }

    @Test
    void damagedSubkeyIsNeverEncryptedTo() throws OpenPgpException {
        byte[] key = gpg.command("--export", "good@example.com").output();
        byte[] genuine = encoded(OpenPgpRecipient.read(key, "k", now).get(0));
        for (int bit = 0; bit < 8 * key.length; bit++) {
            byte[] flipped = key.clone();
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            try {
                for (OpenPgpRecipient recipient : OpenPgpRecipient.read(flipped, "k", now)) {
                    assertThat(encoded(recipient)).as("bit %d", bit).isEqualTo(genuine);
                }
            } catch (OpenPgpException expected) {
                assertThat(expected.kind()).isEqualTo(Kind.KEY);
            }
        }
    }

    @Test
    void passphraseOfAPrivateKeyIsAskedForAndChecked() throws OpenPgpException {
        gpg.generate("locked@example.com", with(CURVE, "Passphrase: open sesame"));
        byte[] key = gpg.command("--armor", "--passphrase", "open sesame", "--export-secret-keys", "locked@example.com")
                .output();
        assertThat(identityFailure(key, "")).contains("old.asc needs a passphrase");
        assertThat(catchThrowableOfType(OpenPgpException.class, () -> OpenPgpIdentity.read(key, "old.asc", new char[0]))
                        .kind())
                .isEqualTo(Kind.LOCKED);
        assertThat(identityFailure(key, "close sesame")).contains("the passphrase is wrong");
        assertThat(OpenPgpIdentity.read(key, "old.asc", "open sesame".toCharArray()))
                .hasToString("OpenPgpIdentity[the private key in old.asc]");
    }

    private void edit(String fingerprint, String commands) {
        gpg.command("--command-fd", "0", "--no-batch", "--expert", "--edit-key", fingerprint)
                .input(commands.getBytes(StandardCharsets.US_ASCII))
                .output();
    }

    private static byte[] encoded(OpenPgpRecipient recipient) {
        try {
            return recipient.encryptionKey().getPublicKeyPacket().getEncodedContents();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static AbstractStringAssert<?> refused(byte[] key, Instant at) {
        OpenPgpException failure =
                catchThrowableOfType(OpenPgpException.class, () -> OpenPgpRecipient.read(key, "old.asc", at));
        assertThat(failure).isNotNull();
        assertThat(failure.kind()).isEqualTo(Kind.KEY);
        assertThat(failure.getMessage()).doesNotContain("\n");
        return assertThat(failure.getMessage());
    }

    private static String identityFailure(byte[] key, String passphrase) {
        OpenPgpException failure = catchThrowableOfType(
                OpenPgpException.class, () -> OpenPgpIdentity.read(key, "old.asc", passphrase.toCharArray()));
        return String.valueOf(failure.getMessage());
    }

    private static String[] withExpiry(String expiry) {
        return with(CURVE, expiry);
    }

    private static String[] with(String[] lines, String more) {
        String[] all = Arrays.copyOf(lines, lines.length + 1);
        all[lines.length] = more;
        return all;
    }

    private static byte[] join(byte[] one, byte[] two) {
        byte[] both = Arrays.copyOf(one, one.length + two.length);
        System.arraycopy(two, 0, both, one.length, two.length);
        return both;
    }
}
