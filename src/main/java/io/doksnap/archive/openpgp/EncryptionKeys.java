package io.doksnap.archive.openpgp;

import io.doksnap.archive.failure.ArchiveException.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.Locale;
import org.bouncycastle.bcpg.sig.KeyFlags;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPPublicKeyRing;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentVerifierBuilderProvider;
import org.jspecify.annotations.Nullable;

/**
 * The search for the part of a public key that is good to encrypt to: the newest one that its owner made for encryption, that is bound to
 * the primary key by a valid signature, and that is neither revoked nor expired.
 *
 * <p>The signatures are checked as gpg checks them on import: what is encrypted to a damaged or foreign part, nobody can open.
 */
final class EncryptionKeys {
    private final PGPPublicKey primary;
    private final Instant now;
    private @Nullable PGPPublicKey best;
    private @Nullable String problem;

    private EncryptionKeys(PGPPublicKey primary, Instant now) {
        this.primary = primary;
        this.now = now;
    }

    /**
     * The best part of the ring.
     *
     * @param name what the key is called in messages
     */
    static PGPPublicKey best(PGPPublicKeyRing ring, String name, Instant now) throws OpenPgpException {
        PGPPublicKey primary = ring.getPublicKey();
        if (primary.hasRevocation()) {
            throw refused(name + " is revoked; use another one");
        }
        if (isExpired(primary, primary.getValidSeconds(), now)) {
            throw refused(name + " expired on " + expiry(primary, primary.getValidSeconds())
                    + "; extend it, or use another one");
        }
        EncryptionKeys keys = new EncryptionKeys(primary, now);
        ring.forEach(keys::consider);
        if (keys.best != null) {
            return keys.best;
        }
        throw refused(
                keys.problem != null
                        ? name + " cannot be encrypted to: " + keys.problem
                        : name + " has no part for encryption, only for signing; add an encryption subkey, or use"
                                + " another key");
    }

    private void consider(PGPPublicKey key) {
        if (!key.isEncryptionKey() || (best != null && created(key).isBefore(created(best)))) {
            return;
        }
        String part = key.isMasterKey() ? "it" : String.format(Locale.ROOT, "its subkey %016X", key.getKeyID());
        PGPSignature binding = newestValidBinding(key);
        if (binding == null) {
            problem = part + " is not bound to it by a valid signature; export it again, it may be damaged";
        } else if (isForEncryption(binding)) {
            long seconds = key.isMasterKey()
                    ? key.getValidSeconds()
                    : binding.getHashedSubPackets().getKeyExpirationTime();
            if (key.hasRevocation()) {
                problem = part + " is revoked; use another key";
            } else if (isExpired(key, seconds, now)) {
                problem = part + " expired on " + expiry(key, seconds) + "; extend it, or use another key";
            } else {
                best = key;
            }
        }
    }

    /** The owner's newest valid statement about this part. */
    private @Nullable PGPSignature newestValidBinding(PGPPublicKey key) {
        PGPSignature newest = null;
        if (key.isMasterKey()) {
            for (Iterator<byte[]> users = key.getRawUserIDs(); users.hasNext(); ) {
                byte[] user = users.next();
                newest = newest(key.getSignaturesForID(user), s -> s.verifyCertification(user, primary), newest);
            }
            return newest(
                    key.getSignaturesOfType(PGPSignature.DIRECT_KEY), s -> s.verifyCertification(primary), newest);
        }
        return newest(
                key.getSignaturesOfType(PGPSignature.SUBKEY_BINDING), s -> s.verifyCertification(primary, key), null);
    }

    private @Nullable PGPSignature newest(
            @Nullable Iterator<PGPSignature> signatures, Check check, @Nullable PGPSignature than) {
        PGPSignature newest = than;
        while (signatures != null && signatures.hasNext()) {
            PGPSignature signature = signatures.next();
            if ((newest == null || !signature.getCreationTime().before(newest.getCreationTime()))
                    && signature.getSignatureType() != PGPSignature.CERTIFICATION_REVOCATION
                    && signature.getKeyID() == primary.getKeyID()
                    && isValid(signature, check)) {
                newest = signature;
            }
        }
        return newest;
    }

    private boolean isValid(PGPSignature signature, Check check) {
        try {
            signature.init(new BcPGPContentVerifierBuilderProvider(), primary);
            return check.verify(signature);
        } catch (PGPException | RuntimeException e) {
            // A signature that cannot even be computed is none.
            return false;
        }
    }

    /** A key without flags may do what its algorithm can. */
    private static boolean isForEncryption(PGPSignature binding) {
        int flags = binding.getHashedSubPackets().getKeyFlags();
        return flags == 0 || (flags & (KeyFlags.ENCRYPT_COMMS | KeyFlags.ENCRYPT_STORAGE)) != 0;
    }

    private static boolean isExpired(PGPPublicKey key, long validSeconds, Instant now) {
        return validSeconds > 0 && !now.isBefore(expiry(key, validSeconds));
    }

    private static Instant expiry(PGPPublicKey key, long validSeconds) {
        return created(key).plus(Duration.ofSeconds(validSeconds));
    }

    private static Instant created(PGPPublicKey key) {
        return key.getCreationTime().toInstant();
    }

    private static OpenPgpException refused(String message) {
        return new OpenPgpException(Kind.KEY, message, null);
    }

    @FunctionalInterface
    private interface Check {
        boolean verify(PGPSignature signature) throws PGPException;
    }
}
