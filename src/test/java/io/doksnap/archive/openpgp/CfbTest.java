package io.doksnap.archive.openpgp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.util.Random;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** The two fast ways of CFB against the JDK's plain one. */
class CfbTest {
    private static final int CHUNK = 64 << 10;

    @Test
    void encryptsAsTheJdkDoesWhateverTheLengthsOfTheWrites() throws Exception {
        for (long seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            byte[] key = bytes(random, 16 + 8 * random.nextInt(3));
            byte[] plain = bytes(random, length(random));
            ByteArrayOutputStream encrypted = new ByteArrayOutputStream();
            try (CfbEncryptor out = new CfbEncryptor(encrypted, key)) {
                writeInPieces(plain, random, out);
            }
            assertThat(encrypted.toByteArray()).as("seed %d", seed).isEqualTo(jdk(Cipher.ENCRYPT_MODE, key, plain));
        }
    }

    @Test
    void decryptsAsTheJdkDoesWhateverTheLengthsOfTheReads() throws Exception {
        for (long seed = 100; seed < 160; seed++) {
            Random random = new Random(seed);
            byte[] key = bytes(random, 16 + 8 * random.nextInt(3));
            byte[] cipherText = bytes(random, length(random));
            byte[] decrypted = readInPieces(new CfbDecryptor(new Trickle(cipherText, random), key), random);
            assertThat(decrypted).as("seed %d", seed).isEqualTo(jdk(Cipher.DECRYPT_MODE, key, cipherText));
        }
    }

    @Test
    void closingTwiceWritesTheEndOnce() throws Exception {
        ByteArrayOutputStream encrypted = new ByteArrayOutputStream();
        CfbEncryptor out = new CfbEncryptor(encrypted, new byte[32]);
        out.write(new byte[21]);
        out.close();
        out.close();
        assertThat(encrypted.size()).isEqualTo(21);
    }

    private static int length(Random random) {
        int[] borders = {0, 1, 15, 16, 17, 18, 31, 32, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 7};
        return random.nextBoolean() ? borders[random.nextInt(borders.length)] : random.nextInt(3 * CHUNK);
    }

    private static byte[] jdk(int mode, byte[] key, byte[] bytes) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/CFB/NoPadding");
        cipher.init(mode, new SecretKeySpec(key, "AES"), new IvParameterSpec(new byte[16]));
        return cipher.doFinal(bytes);
    }

    private static byte[] bytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static void writeInPieces(byte[] bytes, Random random, CfbEncryptor out) throws IOException {
        int at = 0;
        while (at < bytes.length) {
            if (random.nextInt(4) == 0) {
                out.write(bytes[at++]);
            } else {
                int n = Math.min(bytes.length - at, random.nextInt(random.nextBoolean() ? 40 : 100_000));
                out.write(bytes, at, n);
                at += n;
            }
        }
    }

    private static byte[] readInPieces(InputStream in, Random random) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] piece = new byte[100_000];
        while (true) {
            if (random.nextInt(4) == 0) {
                int one = in.read();
                if (one < 0) {
                    break;
                }
                all.write(one);
            } else {
                int n = in.read(piece, 0, 1 + random.nextInt(random.nextBoolean() ? 40 : piece.length));
                if (n < 0) {
                    break;
                }
                all.write(piece, 0, n);
            }
        }
        assertThat(in.read()).isEqualTo(-1);
        return all.toByteArray();
    }

    /** A stream that gives what it likes, as a network does. */
    private static final class Trickle extends FilterInputStream {
        private final Random random;

        private Trickle(byte[] bytes, Random random) {
            super(new ByteArrayInputStream(bytes));
            this.random = random;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            return super.read(into, offset, Math.min(length, 1 + random.nextInt(20_000)));
        }
    }
}
