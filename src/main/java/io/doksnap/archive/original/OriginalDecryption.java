package io.doksnap.archive.original;

import io.doksnap.archive.failure.ArchiveException;
import io.doksnap.archive.failure.ArchiveException.Kind;
import io.doksnap.archive.failure.SourceStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Opens {@code .enc} files: the length of a salt in four bytes, big-endian, the salt, the length of an IV, the IV, then a gzip stream in
 * AES-256-CBC. The key is derived from the password with PBKDF2-HMAC in 100,000 rounds, of SHA-256, or of SHA-1 in the older form.
 *
 * <p>Nothing in the file tells the two forms apart, nor a right password from a wrong one, except that a gzip stream must come out. And
 * nothing but that stream's own checksum tells whether it was changed, so it must be read as gzip, to its end.
 */
public final class OriginalDecryption {
    private static final List<String> DERIVATIONS = List.of("PBKDF2WithHmacSHA256", "PBKDF2WithHmacSHA1");
    private static final int ROUNDS = 100_000;
    private static final int KEY_BITS = 256;
    private static final int BLOCK = 16;
    private static final int LONGEST_SALT = 1024;
    private static final int CHUNK = 64 << 10;

    private OriginalDecryption() {}

    /**
     * The content of a file: a gzip stream.
     *
     * @throws ArchiveException when the password does not open the file, or it is damaged
     * @throws IOException what the stream of the file threw
     */
    public static InputStream open(InputStream file, char[] password) throws IOException {
        SourceStream source = new SourceStream(file);
        try {
            DataInputStream header = new DataInputStream(source);
            byte[] salt = field(header, 1, LONGEST_SALT);
            byte[] iv = field(header, BLOCK, BLOCK);
            byte[] first = new byte[BLOCK];
            header.readFully(first);
            for (String derivation : DERIVATIONS) {
                SecretKeySpec key = key(derivation, password, salt);
                if (beginsAsGzip(decrypted(first, key, iv))) {
                    Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
                    cipher.init(Cipher.DECRYPT_MODE, key, new IvParameterSpec(iv));
                    return new CbcStream(source, cipher, first);
                }
            }
        } catch (IOException e) {
            throw source.brokenOr(damaged("it is no complete archive of the original program", e));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no AES or PBKDF2", e);
        }
        throw new ArchiveException(Kind.KEY, "the password does not open this archive: it is wrong", null);
    }

    private static byte[] field(DataInputStream in, int least, int most) throws IOException {
        int length = in.readInt();
        if (length < least || length > most) {
            throw new IOException("a field of its header claims " + length + " bytes");
        }
        byte[] field = new byte[length];
        in.readFully(field);
        return field;
    }

    private static SecretKeySpec key(String derivation, char[] password, byte[] salt) throws GeneralSecurityException {
        PBEKeySpec spec = new PBEKeySpec(password, salt, ROUNDS, KEY_BITS);
        try {
            return new SecretKeySpec(
                    SecretKeyFactory.getInstance(derivation)
                            .generateSecret(spec)
                            .getEncoded(),
                    "AES");
        } finally {
            spec.clearPassword();
        }
    }

    private static byte[] decrypted(byte[] block, SecretKeySpec key, byte[] iv) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/CBC/NoPadding");
        cipher.init(Cipher.DECRYPT_MODE, key, new IvParameterSpec(iv));
        return cipher.doFinal(block);
    }

    /** The magic number, the only method there is, and none of the flags that are reserved (RFC 1952, 2.3). */
    private static boolean beginsAsGzip(byte[] plain) {
        return (plain[0] & 0xFF) == 0x1F && (plain[1] & 0xFF) == 0x8B && plain[2] == 8 && (plain[3] & 0xE0) == 0;
    }

    private static ArchiveException damaged(String what, Throwable cause) {
        return new ArchiveException(Kind.DAMAGED, "the archive cannot be decrypted: " + what, cause);
    }

    /** The plain bytes; the padding at their end is checked and taken off. */
    private static final class CbcStream extends InputStream {
        private final SourceStream in;
        private final Cipher cipher;
        private final byte[] encrypted = new byte[CHUNK];
        private byte @Nullable [] plain;
        private int position;
        private boolean ended;

        private CbcStream(SourceStream in, Cipher cipher, byte[] first) {
            this.in = in;
            this.cipher = cipher;
            // The padding scheme makes the cipher hold the newest block back, so nothing comes out yet.
            this.plain = cipher.update(first);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            while (plain == null || position == plain.length) {
                if (ended) {
                    return -1;
                }
                plain = next();
                position = 0;
            }
            int n = Math.min(length, plain.length - position);
            System.arraycopy(plain, position, bytes, offset, n);
            position += n;
            return n;
        }

        private byte @Nullable [] next() throws IOException {
            int n = in.readNBytes(encrypted, 0, CHUNK);
            if (n == CHUNK) {
                return cipher.update(encrypted, 0, n);
            }
            ended = true;
            try {
                return cipher.doFinal(encrypted, 0, n);
            } catch (GeneralSecurityException e) {
                throw damaged("it is cut off or its content was changed after it was written", e);
            } finally {
                Arrays.fill(encrypted, (byte) 0);
            }
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
