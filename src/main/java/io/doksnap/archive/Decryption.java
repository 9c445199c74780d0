package io.doksnap.archive;

import io.doksnap.archive.age.AgeDecryption;
import io.doksnap.archive.age.AgeIdentity;
import io.doksnap.archive.failure.ArchiveException;
import io.doksnap.archive.openpgp.OpenPgpDecryption;
import io.doksnap.archive.openpgp.OpenPgpIdentity;
import io.doksnap.archive.original.OriginalDecryption;
import java.io.IOException;
import java.io.InputStream;

/**
 * How an archive is decrypted, with what it takes to do it: the reverse of {@link Encryption}. It holds a secret, which stands in no
 * {@code toString} and in no message.
 */
public sealed interface Decryption {
    /** The method of the original program's {@code .enc} archives, which are read and never written. */
    String ORIGINAL = "enc";

    /** Says what this is, to begin a sentence: {@code the private key in key.asc}. */
    String describe();

    /** Whether an archive of this method, as a manifest names it, is of the format that this decrypts. */
    boolean opens(String method);

    /**
     * The content of an archive. Nothing of it may be trusted before its end was reached without an exception.
     *
     * @throws ArchiveException when this does not open the archive, or it is damaged
     * @throws IOException what the stream itself threw
     */
    InputStream decrypt(InputStream stored) throws IOException;

    /**
     * What a key file holds: OpenPGP private keys, or an identity file of age. Which it is, its content says.
     *
     * @param source where it comes from, for messages
     * @param passphrase of the keys; empty where they have none
     * @throws ArchiveException of the kind {@code LOCKED} when it takes another passphrase, else of the kind {@code KEY}
     */
    static Decryption ofKeyFile(byte[] content, String source, char[] passphrase) throws ArchiveException {
        return AgeIdentity.isIdentityFile(content)
                ? new Age(AgeIdentity.read(content, source, passphrase))
                : new OpenPgp(OpenPgpIdentity.read(content, source, passphrase));
    }

    /** OpenPGP, with private keys or a password. */
    record OpenPgp(OpenPgpIdentity identity) implements Decryption {
        @Override
        public String describe() {
            return identity.describe();
        }

        @Override
        public boolean opens(String method) {
            return method.equals("gpg") || method.equals("aes256");
        }

        @Override
        public InputStream decrypt(InputStream stored) throws IOException {
            return OpenPgpDecryption.open(stored, identity);
        }
    }

    /** The age format, with private keys or a passphrase. */
    record Age(AgeIdentity identity) implements Decryption {
        @Override
        public String describe() {
            return identity.describe();
        }

        @Override
        public boolean opens(String method) {
            return method.equals("age");
        }

        @Override
        public InputStream decrypt(InputStream stored) throws IOException {
            return AgeDecryption.open(stored, identity);
        }
    }

    /** The original program's {@code .enc}, with its password; what comes out is only known to be whole when it is read as gzip. */
    final class OriginalPassword implements Decryption {
        private final char[] password;

        /** Decrypts with a copy of this password. */
        public OriginalPassword(char[] password) {
            this.password = password.clone();
        }

        @Override
        public String describe() {
            return "the password";
        }

        @Override
        public boolean opens(String method) {
            return method.equals(ORIGINAL);
        }

        @Override
        public InputStream decrypt(InputStream stored) throws IOException {
            return OriginalDecryption.open(stored, password);
        }

        @Override
        public String toString() {
            return "OriginalPassword[]";
        }
    }

    /** For what is stored as it is. */
    record None() implements Decryption {
        @Override
        public String describe() {
            return "nothing";
        }

        @Override
        public boolean opens(String method) {
            return method.equals("none");
        }

        @Override
        public InputStream decrypt(InputStream stored) {
            return stored;
        }
    }
}
