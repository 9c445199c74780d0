package io.doksnap.run;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts the chunks of one spool with a key that is nowhere but in this process's memory: so nothing in a spool can be read once the process has
 * ended, whatever the policy's own encryption is, and what its disk changed is noticed. One thread may seal while another opens.
 */
final class SpoolCipher {
    /** What a chunk grows by. */
    static final int TAG_BYTES = 16;

    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;

    private final SecretKey key;
    private final Cipher sealing = cipher();
    private final Cipher opening = cipher();

    SpoolCipher() {
        byte[] bytes = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(bytes);
        key = new SecretKeySpec(bytes, "AES");
    }

    private static Cipher cipher() {
        try {
            return Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Encrypts a chunk.
     *
     * @param number used once in the life of this key
     * @return how many bytes it has now
     */
    int seal(long number, byte[] plain, int length, byte[] sealed) {
        try {
            sealing.init(Cipher.ENCRYPT_MODE, key, nonce(number));
            return sealing.doFinal(plain, 0, length, sealed);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Decrypts a chunk.
     *
     * @throws IOException when it is not what was sealed under that number
     */
    void open(long number, byte[] sealed, int length, byte[] plain) throws IOException {
        try {
            opening.init(Cipher.DECRYPT_MODE, key, nonce(number));
            opening.doFinal(sealed, 0, length, plain);
        } catch (GeneralSecurityException e) {
            throw new IOException("its disk changed what was written to it", e);
        }
    }

    private static GCMParameterSpec nonce(long number) {
        byte[] nonce = ByteBuffer.allocate(NONCE_BYTES).putLong(number).array();
        return new GCMParameterSpec(8 * TAG_BYTES, nonce);
    }
}
