package io.doksnap.archive.openpgp;

import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.SecretKeySpec;

/**
 * The reverse of {@link CfbEncryptor}. Here the key stream E(Cᵢ₋₁) needs only cipher text, which is all known, so it comes from ECB
 * over a whole chunk at once.
 */
final class CfbDecryptor extends InputStream {
    private static final int BLOCK = 16;
    private static final int CHUNK = 64 << 10;

    private final InputStream in;
    private final Cipher ecb;
    /** One block of cipher text from before, then this chunk's. */
    private final byte[] cipherText = new byte[BLOCK + CHUNK];

    private final byte[] stream = new byte[CHUNK];
    private int position;
    private int filled;
    private boolean ended;

    CfbDecryptor(InputStream in, byte[] key) throws GeneralSecurityException {
        this.in = in;
        ecb = Cipher.getInstance("AES/ECB/NoPadding");
        ecb.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"));
    }

    @Override
    public int read() throws IOException {
        return fill() ? stream[position++] & 0xFF : -1;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int n = Math.min(length, filled - position);
        System.arraycopy(stream, position, bytes, offset, n);
        position += n;
        return n;
    }

    @Override
    public int available() {
        return filled - position;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    private boolean fill() throws IOException {
        if (position < filled) {
            return true;
        }
        if (ended) {
            return false;
        }
        int n = in.readNBytes(cipherText, BLOCK, CHUNK);
        ended = n < CHUNK;
        int blocks = (n + BLOCK - 1) / BLOCK * BLOCK;
        try {
            ecb.update(cipherText, 0, blocks, stream, 0);
        } catch (ShortBufferException e) {
            throw new IllegalStateException(e);
        }
        for (int i = 0; i < n; i++) {
            stream[i] ^= cipherText[BLOCK + i];
        }
        System.arraycopy(cipherText, n, cipherText, 0, BLOCK);
        position = 0;
        filled = n;
        return n > 0;
    }
}
