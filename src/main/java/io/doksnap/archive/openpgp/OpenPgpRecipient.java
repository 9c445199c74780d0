package io.doksnap.archive.openpgp;

import io.doksnap.archive.failure.ArchiveException.Kind;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPPublicKeyRing;
import org.bouncycastle.openpgp.PGPSecretKeyRing;
import org.jspecify.annotations.Nullable;

/**
 * Somebody to whom archives are encrypted: the encryption key of one public key.
 *
 * @param owner the first user ID, for messages
 * @param fingerprint of the primary key, as gpg prints it
 */
public record OpenPgpRecipient(String owner, String fingerprint, PGPPublicKey encryptionKey) {

    /**
     * Reads public keys, armored or binary.
     *
     * @param source where they come from, for messages
     * @param now the time at which they must be valid
     * @throws OpenPgpException when there is none, or one of them cannot be used for encryption at that time
     */
    public static List<OpenPgpRecipient> read(byte[] keys, String source, Instant now) throws OpenPgpException {
        List<OpenPgpRecipient> recipients = new ArrayList<>();
        List<Object> found;
        try {
            found = OpenPgpPackets.all(keys);
        } catch (IOException | RuntimeException e) {
            throw unusable(source, e);
        }
        for (Object next : found) {
            if (next instanceof PGPPublicKeyRing ring) {
                recipients.add(recipient(ring, source, now));
            } else if (next instanceof PGPSecretKeyRing) {
                throw new OpenPgpException(
                        Kind.KEY,
                        source + " is a private key; only the public key belongs here (gpg --export --armor)",
                        null);
            }
        }
        if (recipients.isEmpty()) {
            throw unusable(source, null);
        }
        return recipients;
    }

    /** Whether a person means this key by a fingerprint, by the end of one such as a key ID, or by part of the user ID. */
    public boolean isMeantBy(String text) {
        String hex = text.replace(" ", "").toUpperCase(Locale.ROOT).replaceFirst("^0X", "");
        String subkey = HexFormat.of().formatHex(encryptionKey.getFingerprint()).toUpperCase(Locale.ROOT);
        boolean isHex = hex.matches("[0-9A-F]{8,}");
        return isHex
                ? fingerprint.endsWith(hex) || subkey.endsWith(hex)
                : owner.toLowerCase(Locale.ROOT).contains(text.toLowerCase(Locale.ROOT));
    }

    @Override
    public String toString() {
        return fingerprint + " (" + owner + ")";
    }

    private static OpenPgpRecipient recipient(PGPPublicKeyRing ring, String source, Instant now)
            throws OpenPgpException {
        PGPPublicKey primary = ring.getPublicKey();
        Iterator<String> users = primary.getUserIDs();
        String owner = users.hasNext() ? users.next() : "without a user ID";
        String fingerprint = HexFormat.of().formatHex(primary.getFingerprint()).toUpperCase(Locale.ROOT);
        String name = "the key " + fingerprint + " (" + owner + ") in " + source;
        return new OpenPgpRecipient(owner, fingerprint, EncryptionKeys.best(ring, name, now));
    }

    private static OpenPgpException unusable(String source, @Nullable Throwable cause) {
        return new OpenPgpException(
                Kind.KEY,
                source + " holds no whole OpenPGP public key; export one with: gpg --export --armor YOU@EXAMPLE.COM",
                cause);
    }
}
