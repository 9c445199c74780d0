package io.doksnap.archive.openpgp;

import io.doksnap.archive.failure.ArchiveException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bouncycastle.openpgp.PGPEncryptedData;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPKeyPair;
import org.bouncycastle.openpgp.PGPPBEEncryptedData;
import org.bouncycastle.openpgp.PGPPrivateKey;
import org.bouncycastle.openpgp.PGPPublicKeyEncryptedData;
import org.bouncycastle.openpgp.PGPPublicKeyRing;
import org.bouncycastle.openpgp.PGPSecretKey;
import org.bouncycastle.openpgp.PGPSecretKeyRing;
import org.bouncycastle.openpgp.operator.bc.BcPBESecretKeyDecryptorBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPGPDigestCalculatorProvider;
import org.jspecify.annotations.Nullable;

/** What opens archives: private keys, or a password. Never printed, never stored. */
public final class OpenPgpIdentity {
    static final long ANY_KEY = 0;

    private final String description;
    private final Map<Long, PGPKeyPair> keys;
    private final char @Nullable [] password;

    private OpenPgpIdentity(String description, Map<Long, PGPKeyPair> keys, char @Nullable [] password) {
        this.description = description;
        this.keys = keys;
        this.password = password;
    }

    /** An identity that is a password. */
    public static OpenPgpIdentity ofPassword(char[] password) {
        return new OpenPgpIdentity("the password", Map.of(), password.clone());
    }

    /**
     * Reads private keys, armored or binary, as {@code gpg --export-secret-keys} writes them.
     *
     * @param source where they come from, for messages
     * @param passphrase of the keys; empty where they have none
     * @throws OpenPgpException when there is no private key, or the passphrase is wrong
     */
    public static OpenPgpIdentity read(byte[] keys, String source, char[] passphrase) throws OpenPgpException {
        Map<Long, PGPKeyPair> unlocked = new LinkedHashMap<>();
        List<Object> found;
        try {
            found = OpenPgpPackets.all(keys);
        } catch (IOException | RuntimeException e) {
            throw noKey(source, " holds no whole OpenPGP private key", e);
        }
        boolean anyPrivate = false;
        for (Object next : found) {
            if (next instanceof PGPSecretKeyRing ring) {
                anyPrivate = true;
                for (PGPSecretKey key : ring) {
                    unlock(key, source, passphrase, unlocked);
                }
            }
        }
        if (!unlocked.isEmpty()) {
            return new OpenPgpIdentity("the private key in " + source, unlocked, null);
        }
        if (anyPrivate) {
            throw noKey(source, " names a private key but does not hold it, as when it lies on a smart card", null);
        }
        boolean anyPublic = found.stream().anyMatch(PGPPublicKeyRing.class::isInstance);
        throw noKey(source, anyPublic ? " holds only a public key" : " holds no OpenPGP private key", null);
    }

    private static void unlock(PGPSecretKey key, String source, char[] passphrase, Map<Long, PGPKeyPair> found)
            throws OpenPgpException {
        if (key.isPrivateKeyEmpty()) {
            return;
        }
        try {
            PGPPrivateKey unlocked = key.extractPrivateKey(
                    new BcPBESecretKeyDecryptorBuilder(new BcPGPDigestCalculatorProvider()).build(passphrase));
            if (unlocked != null) {
                found.put(key.getKeyID(), new PGPKeyPair(key.getPublicKey(), unlocked));
            }
        } catch (PGPException | RuntimeException e) {
            String what = passphrase.length == 0 ? " needs a passphrase" : ": the passphrase is wrong";
            throw new OpenPgpException(Kind.LOCKED, "the private key in " + source + what, e);
        }
    }

    private static OpenPgpException noKey(String source, String what, @Nullable Throwable cause) {
        return new OpenPgpException(
                Kind.KEY, source + what + "; export it with: gpg --export-secret-keys --armor YOU@EXAMPLE.COM", cause);
    }

    /** Says what this is without saying any of its secrets. */
    public String describe() {
        return description;
    }

    @Override
    public String toString() {
        return "OpenPgpIdentity[" + description + "]";
    }

    /** The decrypted packets of a message, or {@code null} when this identity does not open it. */
    @Nullable
    InputStream open(PGPEncryptedData data) throws PGPException {
        if (data instanceof PGPPublicKeyEncryptedData forKey) {
            long id = forKey.getKeyIdentifier().getKeyId();
            for (PGPKeyPair candidate : candidates(id)) {
                try {
                    return forKey.getDataStream(new FastDecryption.ByKey(candidate));
                } catch (PGPException | RuntimeException e) {
                    if (id != ANY_KEY) {
                        throw e;
                    }
                }
            }
            return null;
        }
        return password != null && data instanceof PGPPBEEncryptedData forPassword
                ? forPassword.getDataStream(new FastDecryption.ByPassword(password))
                : null;
    }

    /** gpg's --hidden-recipient leaves the key's ID out, so that every key has to be tried. */
    private List<PGPKeyPair> candidates(long id) {
        if (id == ANY_KEY) {
            return new ArrayList<>(keys.values());
        }
        PGPKeyPair key = keys.get(id);
        return key == null ? List.of() : List.of(key);
    }
}
