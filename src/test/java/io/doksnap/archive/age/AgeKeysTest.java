package io.doksnap.archive.age;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.doksnap.archive.failure.ArchiveException;
import io.doksnap.archive.failure.ArchiveException.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import org.assertj.core.api.AbstractStringAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class AgeKeysTest {
    private static final AgeKeyPair ALICE = AgeKeyPair.generate();
    private static final AgeKeyPair BOB = AgeKeyPair.generate();

    @Test
    void recipientsAreReadFromAFileOfAgeAndFromOneLine() throws ArchiveException {
        AgeRecipient alice = new AgeRecipient(ALICE.publicKey());
        AgeRecipient bob = new AgeRecipient(BOB.publicKey());
        assertThat(recipients("# ours\n" + ALICE.publicKey() + "\r\n\n  # " + BOB.publicKey() + "\n"))
                .containsExactly(alice);
        assertThat(recipients(ALICE.publicKey() + ", " + BOB.publicKey() + "\n"))
                .containsExactly(alice, bob);
    }

    @Test
    void recipientThatCannotBeUsedIsNamed() {
        String damaged =
                ALICE.publicKey().substring(0, 20) + "q" + ALICE.publicKey().substring(21);
        String other = ALICE.publicKey().charAt(20) == 'q' ? damaged.replace('q', 'p') : damaged;
        failure(Kind.KEY, () -> recipients(other))
                .contains("'" + other.substring(0, 24) + "...' in keys.txt is no X25519 recipient of age");
        failure(Kind.KEY, () -> recipients("age1yubikey1qwt50d05nh5vutpdzmlg5wn80xq5negm4uj9ghv0snvdd3yysf5yw3rhl3t"))
                .contains("is no X25519 recipient");
        failure(Kind.KEY, () -> recipients("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 me"))
                .contains("keys.txt holds an SSH key");
        failure(Kind.KEY, () -> recipients("hello")).contains("'hello' in keys.txt is no");
        failure(Kind.KEY, () -> recipients("# nothing\n\n")).contains("keys.txt holds no age recipient");
    }

    @Test
    void privateKeyWhereThePublicOneBelongsIsRefusedAndNotShown() {
        failure(Kind.KEY, () -> recipients(ALICE.privateKey()))
                .contains("keys.txt holds a private key of age; only the public key belongs here")
                .doesNotContain(ALICE.privateKey().substring(0, 24));
    }

    @Test
    void fileWithoutAPrivateKeyIsRefusedByNameAndItsLinesAreNotShown() {
        failure(Kind.KEY, () -> identity("# public key: " + ALICE.publicKey() + "\n"))
                .contains("key.txt holds no private key of age");
        failure(Kind.KEY, () -> identity(ALICE.privateKey() + "\n" + ALICE.publicKey()))
                .contains("key.txt holds a line that is no private key of age");
        String damaged = ALICE.privateKey().substring(0, 60);
        failure(Kind.KEY, () -> identity(damaged))
                .contains("key.txt holds a damaged private key of age")
                .doesNotContain(damaged.substring(0, 30));
    }

    @Test
    void encryptedIdentityFileOpensWithItsPassphraseOnly() throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (OutputStream out = AgeEncryption.withPassphrase("open sesame".toCharArray(), file)) {
            out.write(ascii(ALICE.identityFile(Instant.EPOCH)));
        }
        byte[] locked = file.toByteArray();
        assertThat(AgeIdentity.isIdentityFile(locked)).isTrue();
        failure(Kind.LOCKED, () -> AgeIdentity.read(locked, "key.age", new char[0]))
                .isEqualTo("the private key in key.age needs a passphrase");
        failure(Kind.LOCKED, () -> AgeIdentity.read(locked, "key.age", "close sesame".toCharArray()))
                .contains("the private key in key.age stays locked: the passphrase does not open");
        assertThat(AgeIdentity.read(locked, "key.age", "open sesame".toCharArray()))
                .hasToString("AgeIdentity[the private key in key.age]");
        failure(
                        Kind.KEY,
                        () -> AgeIdentity.read(
                                Arrays.copyOf(locked, locked.length - 1), "key.age", "open sesame".toCharArray()))
                .contains("key.age holds a damaged private key of age");
    }

    @Test
    void identityFileIsKnownByItsContent() {
        assertThat(AgeIdentity.isIdentityFile(ascii(ALICE.identityFile(Instant.EPOCH))))
                .isTrue();
        assertThat(AgeIdentity.isIdentityFile(ascii("-----BEGIN AGE ENCRYPTED FILE-----\n")))
                .isTrue();
        assertThat(AgeIdentity.isIdentityFile(ascii("-----BEGIN PGP PRIVATE KEY BLOCK-----\n")))
                .isFalse();
        assertThat(AgeIdentity.isIdentityFile(ascii("# created: AGE-SECRET-KEY-1 to be")))
                .isFalse();
        assertThat(AgeIdentity.isIdentityFile(new byte[0])).isFalse();
    }

    @Test
    void keyPairLooksLikeThatOfAgeKeygen() {
        assertThat(ALICE.identityFile(Instant.parse("2024-02-29T12:00:00.123Z")))
                .isEqualTo("# created: 2024-02-29T12:00:00Z\n# public key: " + ALICE.publicKey() + "\n"
                        + ALICE.privateKey() + "\n");
        assertThat(ALICE.publicKey()).matches("age1[02-9ac-hj-np-z]{58}");
        assertThat(ALICE.privateKey()).matches("AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}");
        assertThat(ALICE.toString()).doesNotContain("SECRET").contains(ALICE.publicKey());
    }

    private static AbstractStringAssert<?> failure(Kind kind, ThrowingCallable call) {
        ArchiveException failure = catchThrowableOfType(ArchiveException.class, call);
        assertThat(failure).isNotNull();
        assertThat(failure.kind()).as(failure.getMessage()).isEqualTo(kind);
        return assertThat(failure.getMessage()).doesNotContain("\n");
    }

    private static Iterable<AgeRecipient> recipients(String text) throws ArchiveException {
        return AgeRecipient.read(ascii(text), "keys.txt");
    }

    private static AgeIdentity identity(String text) throws ArchiveException {
        return AgeIdentity.read(ascii(text), "key.txt", new char[0]);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
