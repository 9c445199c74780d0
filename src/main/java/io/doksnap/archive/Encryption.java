package io.doksnap.archive;

import io.doksnap.archive.age.AgeEncryption;
import io.doksnap.archive.age.AgeRecipient;
import io.doksnap.archive.openpgp.OpenPgpEncryption;
import io.doksnap.archive.openpgp.OpenPgpRecipient;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/** How an archive is encrypted, with what it takes to do it. */
public sealed interface Encryption {

    /** What it adds to an object's name, such as {@code .gpg}; empty for none. */
    String extension();

    /** The method as it stands in a manifest: {@code gpg}, {@code aes256}, {@code age} or {@code none}. */
    String method();

    /** Fingerprints of the keys that open the archive; empty where there are no keys. */
    List<String> fingerprints();

    /** A stream that encrypts; closing it ends what it encrypts, and leaves {@code out} open. */
    OutputStream encrypt(OutputStream out) throws IOException;

    /** To OpenPGP public keys; any of their private halves opens it. */
    record ToRecipients(List<OpenPgpRecipient> recipients) implements Encryption {
        public ToRecipients {
            recipients = List.copyOf(recipients);
            if (recipients.isEmpty()) {
                throw new IllegalArgumentException("nobody could open an archive without recipients");
            }
        }

        @Override
        public String extension() {
            return ".gpg";
        }

        @Override
        public String method() {
            return "gpg";
        }

        @Override
        public List<String> fingerprints() {
            return recipients.stream().map(OpenPgpRecipient::fingerprint).toList();
        }

        @Override
        public OutputStream encrypt(OutputStream out) throws IOException {
            return OpenPgpEncryption.toRecipients(recipients, out);
        }
    }

    /** With a password, as OpenPGP, so that {@code gpg -d} opens it. */
    final class WithPassword implements Encryption {
        private final char[] password;

        /** Encrypts with a copy of this password. */
        public WithPassword(char[] password) {
            if (password.length == 0) {
                throw new IllegalArgumentException("an empty password protects nothing");
            }
            this.password = password.clone();
        }

        @Override
        public String extension() {
            return ".gpg";
        }

        @Override
        public String method() {
            return "aes256";
        }

        @Override
        public List<String> fingerprints() {
            return List.of();
        }

        @Override
        public OutputStream encrypt(OutputStream out) throws IOException {
            return OpenPgpEncryption.withPassword(password, out);
        }

        @Override
        public String toString() {
            return "WithPassword[]";
        }
    }

    /** To recipients of age; any of their identities opens it. */
    record ToAgeRecipients(List<AgeRecipient> recipients) implements Encryption {
        public ToAgeRecipients {
            recipients = List.copyOf(recipients);
            if (recipients.isEmpty()) {
                throw new IllegalArgumentException("nobody could open an archive without recipients");
            }
        }

        @Override
        public String extension() {
            return ".age";
        }

        @Override
        public String method() {
            return "age";
        }

        @Override
        public List<String> fingerprints() {
            return recipients.stream().map(AgeRecipient::publicKey).toList();
        }

        @Override
        public OutputStream encrypt(OutputStream out) throws IOException {
            return AgeEncryption.toRecipients(recipients, out);
        }
    }

    /** With a passphrase, in the age format, so that {@code age -d} opens it. */
    final class WithAgePassphrase implements Encryption {
        private final char[] passphrase;

        /** Encrypts with a copy of this passphrase. */
        public WithAgePassphrase(char[] passphrase) {
            if (passphrase.length == 0) {
                throw new IllegalArgumentException("an empty passphrase protects nothing");
            }
            this.passphrase = passphrase.clone();
        }

        @Override
        public String extension() {
            return ".age";
        }

        @Override
        public String method() {
            return "age";
        }

        @Override
        public List<String> fingerprints() {
            return List.of();
        }

        @Override
        public OutputStream encrypt(OutputStream out) throws IOException {
            return AgeEncryption.withPassphrase(passphrase, out);
        }

        @Override
        public String toString() {
            return "WithAgePassphrase[]";
        }
    }

    /** Stored as it is. */
    record None() implements Encryption {
        @Override
        public String extension() {
            return "";
        }

        @Override
        public String method() {
            return "none";
        }

        @Override
        public List<String> fingerprints() {
            return List.of();
        }

        @Override
        public OutputStream encrypt(OutputStream out) {
            return new FilterOutputStream(out) {
                @Override
                public void write(byte[] bytes, int offset, int length) throws IOException {
                    out.write(bytes, offset, length);
                }

                @Override
                public void close() throws IOException {
                    flush();
                }
            };
        }
    }
}
