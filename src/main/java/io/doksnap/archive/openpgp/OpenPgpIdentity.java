package io.doksnap.archive.openpgp;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bouncycastle.openpgp.PGPEncryptedData;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPKeyPair;
import org.bouncycastle.openpgp.PGPPBEEncryptedData;
import org.bouncycastle.openpgp.PGPPrivateKey;
import org.bouncycastle.openpgp.PGPPublicKeyEncryptedData;
import org.bouncycastle.openpgp.PGPSecretKey;
import org.bouncycastle.openpgp.PGPSecretKeyRing;
import org.bouncycastle.openpgp.PGPUtil;
import org.bouncycastle.openpgp.bc.BcPGPObjectFactory;
import org.bouncycastle.openpgp.operator.bc.BcPBESecretKeyDecryptorBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPGPDigestCalculatorProvider;
import org.jspecify.annotations.Nullable;

/** What opens archives: private keys, or a password. Never printed, never stored. */
public final class OpenPgpIdentity {
    private static final long ANY_KEY = 0;

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
        Map<Long, PGPKeyPair> found = new HashMap<>();
        try {
            BcPGPObjectFactory objects =
                    new BcPGPObjectFactory(PGPUtil.getDecoderStream(new ByteArrayInputStream(keys)));
            for (Object next = objects.nextObject(); next != null; next = objects.nextObject()) {
                if (next instanceof PGPSecretKeyRing ring) {
                    for (PGPSecretKey key : ring) {
                        unlock(key, source, passphrase, found);
                    }
                }
            }
        } catch (OpenPgpException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw noKey(source, e);
        }
        if (found.isEmpty()) {
            throw noKey(source, null);
        }
        return new OpenPgpIdentity("the private key in " + source, found, null);
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
        } catch (PGPException e) {
            String what = passphrase.length == 0 ? " needs a passphrase" : ": the passphrase is wrong";
            throw new OpenPgpException(OpenPgpException.Kind.KEY, "the private key in " + source + what, e);
        }
    }

    private static OpenPgpException noKey(String source, @Nullable Throwable cause) {
        return new OpenPgpException(
                OpenPgpException.Kind.KEY,
                source
                        + " holds no OpenPGP private key; export it with: gpg --export-secret-keys --armor YOU@EXAMPLE.COM",
                cause);
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
