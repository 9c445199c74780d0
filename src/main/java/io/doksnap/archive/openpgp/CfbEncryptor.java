package io.doksnap.archive.openpgp;

import java.io.IOException;
import java.io.OutputStream;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES in the CFB mode of OpenPGP (RFC 4880, 5.13: zero IV, no resynchronisation), computed through CBC.
 *
 * <p>The JDK has a fast intrinsic for CBC and none for CFB. With O₀ = E(IV), CBC over the plain blocks with O₀ as its IV gives
 * Oᵢ = E(Pᵢ ⊕ Oᵢ₋₁). In CFB, Cᵢ = Pᵢ ⊕ E(Cᵢ₋₁), and by induction E(Cᵢ₋₁) = Oᵢ₋₁: the CBC output, one block late, is the
 * CFB key stream. So one CBC pass and an XOR do it, at several times the speed.
 */
final class CfbEncryptor extends OutputStream {
    private static final int BLOCK = 16;
    private static final int CHUNK = 64 << 10;

    private final OutputStream out;
    private final Cipher cbc;
    private final byte[] plain = new byte[CHUNK];
    /** The key stream: one block left from before, then the CBC output of this chunk. */
    private final byte[] stream = new byte[BLOCK + CHUNK];

    private int filled;

    CfbEncryptor(OutputStream out, byte[] key) throws GeneralSecurityException {
        this.out = out;
        SecretKeySpec aes = new SecretKeySpec(key, "AES");
        Cipher ecb = Cipher.getInstance("AES/ECB/NoPadding");
        ecb.init(Cipher.ENCRYPT_MODE, aes);
        byte[] first = ecb.doFinal(new byte[BLOCK]);
        cbc = Cipher.getInstance("AES/CBC/NoPadding");
        cbc.init(Cipher.ENCRYPT_MODE, aes, new IvParameterSpec(first));
        System.arraycopy(first, 0, stream, 0, BLOCK);
    }

    @Override
    public void write(int b) throws IOException {
        plain[filled++] = (byte) b;
        encryptIfFull();
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int done = 0;
        while (done < length) {
            int n = Math.min(CHUNK - filled, length - done);
            System.arraycopy(bytes, offset + done, plain, filled, n);
            filled += n;
            done += n;
            encryptIfFull();
        }
    }

    /** Writes what is left, also of a block that is not full, and closes the output. */
    @Override
    public void close() throws IOException {
        int tail = filled % BLOCK;
        int whole = filled - tail;
        byte[] last = new byte[tail];
        System.arraycopy(plain, whole, last, 0, tail);
        filled = whole;
        encrypt();
        xor(last, stream, tail);
        out.write(last, 0, tail);
        out.close();
    }

    private void encryptIfFull() throws IOException {
        if (filled == CHUNK) {
            encrypt();
        }
    }

    private void encrypt() throws IOException {
        if (filled == 0) {
            return;
        }
        try {
            cbc.update(plain, 0, filled, stream, BLOCK);
        } catch (ShortBufferException e) {
            throw new IllegalStateException(e);
        }
        xor(plain, stream, filled);
        out.write(plain, 0, filled);
        System.arraycopy(stream, filled, stream, 0, BLOCK);
        filled = 0;
    }

    /** A plain loop, which the JIT compiler turns into vector instructions. */
    static void xor(byte[] into, byte[] with, int length) {
        for (int i = 0; i < length; i++) {
            into[i] ^= with[i];
        }
    }
}
