package io.doksnap.archive.openpgp;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.bouncycastle.bcpg.sig.KeyFlags;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPPublicKeyRing;
import org.bouncycastle.openpgp.PGPSecretKeyRing;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPUtil;
import org.bouncycastle.openpgp.bc.BcPGPObjectFactory;
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
        try {
            BcPGPObjectFactory objects =
                    new BcPGPObjectFactory(PGPUtil.getDecoderStream(new ByteArrayInputStream(keys)));
            for (Object next = objects.nextObject(); next != null; next = objects.nextObject()) {
                if (next instanceof PGPPublicKeyRing ring) {
                    recipients.add(recipient(ring, source, now));
                } else if (next instanceof PGPSecretKeyRing) {
                    throw new OpenPgpException(
                            OpenPgpException.Kind.KEY,
                            source + " is a private key; only the public key belongs here (gpg --export --armor)",
                            null);
                }
            }
        } catch (OpenPgpException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw unusable(source, e);
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
        if (primary.hasRevocation()) {
            throw new OpenPgpException(OpenPgpException.Kind.KEY, name + " is revoked; use another one", null);
        }
        if (isExpired(primary, now)) {
            throw new OpenPgpException(
                    OpenPgpException.Kind.KEY,
                    name + " expired on " + expiry(primary) + "; extend it, or use another one",
                    null);
        }
        PGPPublicKey best = null;
        for (PGPPublicKey key : ring) {
            if (isFor(key) && !key.hasRevocation() && !isExpired(key, now) && isNewer(key, best)) {
                best = key;
            }
        }
        if (best == null) {
            throw new OpenPgpException(
                    OpenPgpException.Kind.KEY,
                    name
                            + " has no valid part for encryption, only for signing; add an encryption subkey, or use another key",
                    null);
        }
        return new OpenPgpRecipient(owner, fingerprint, best);
    }

    private static boolean isNewer(PGPPublicKey key, @Nullable PGPPublicKey than) {
        return than == null
                || !key.getCreationTime()
                        .toInstant()
                        .isBefore(than.getCreationTime().toInstant());
    }

    private static boolean isFor(PGPPublicKey key) {
        if (!key.isEncryptionKey()) {
            return false;
        }
        boolean flagged = false;
        for (Iterator<PGPSignature> signatures = key.getSignatures(); signatures.hasNext(); ) {
            PGPSignature signature = signatures.next();
            if (signature.hasSubpackets() && signature.getHashedSubPackets().getKeyFlags() != 0) {
                flagged = true;
                int flags = signature.getHashedSubPackets().getKeyFlags();
                if ((flags & (KeyFlags.ENCRYPT_COMMS | KeyFlags.ENCRYPT_STORAGE)) != 0) {
                    return true;
                }
            }
        }
        return !flagged;
    }

    private static boolean isExpired(PGPPublicKey key, Instant now) {
        return key.getValidSeconds() > 0 && !now.isBefore(expiry(key));
    }

    private static Instant expiry(PGPPublicKey key) {
        return key.getCreationTime().toInstant().plus(Duration.ofSeconds(key.getValidSeconds()));
    }

    private static OpenPgpException unusable(String source, @Nullable Throwable cause) {
        return new OpenPgpException(
                OpenPgpException.Kind.KEY,
                source + " holds no OpenPGP public key; export one with: gpg --export --armor YOU@EXAMPLE.COM",
                cause);
    }
}
