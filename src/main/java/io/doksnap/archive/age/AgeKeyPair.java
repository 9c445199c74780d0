package io.doksnap.archive.age;

import com.exceptionfactory.jagged.x25519.X25519KeyPairGenerator;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * A new pair of an age recipient and its identity.
 *
 * @param publicKey {@code age1...}; belongs on the host that makes backups
 * @param privateKey {@code AGE-SECRET-KEY-1...}; belongs anywhere but there
 */
public record AgeKeyPair(String publicKey, String privateKey) {

    /** Generates a pair. */
    public static AgeKeyPair generate() {
        try {
            KeyPair pair = new X25519KeyPairGenerator().generateKeyPair();
            return new AgeKeyPair(
                    new String(pair.getPublic().getEncoded(), StandardCharsets.US_ASCII),
                    new String(pair.getPrivate().getEncoded(), StandardCharsets.US_ASCII));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no X25519", e);
        }
    }

    /** The private key with comments, as {@code age-keygen} writes it and {@code age -d -i} reads it. */
    public String identityFile(Instant created) {
        return "# created: " + created.truncatedTo(ChronoUnit.SECONDS) + "\n# public key: " + publicKey + "\n"
                + privateKey + "\n";
    }

    @Override
    public String toString() {
        return "AgeKeyPair[" + publicKey + "]";
    }
}
