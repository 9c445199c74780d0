package io.doksnap.declare;

import io.doksnap.policy.EncryptionMethod;
import java.util.List;
import java.util.Optional;

/** How archives are encrypted where a policy does not say. */
public sealed interface EncryptionSettings {

    /** The method that was asked for; empty where nobody asked for any. */
    Optional<EncryptionMethod> method();

    /** The keys or passwords that it takes; empty where it takes none. */
    default List<Secret> secrets() {
        return List.of();
    }

    /**
     * OpenPGP to public keys.
     *
     * @param publicKeys each an OpenPGP key ring, armored or binary; never empty
     * @param keyId the key to take where there are several, as it was written: a key id or a fingerprint
     */
    record Gpg(List<Secret> publicKeys, Optional<String> keyId) implements EncryptionSettings {
        public Gpg {
            publicKeys = List.copyOf(publicKeys);
        }

        @Override
        public Optional<EncryptionMethod> method() {
            return Optional.of(EncryptionMethod.GPG);
        }

        @Override
        public List<Secret> secrets() {
            return publicKeys;
        }
    }

    /** OpenPGP with a password; one line. */
    record Password(Secret password) implements EncryptionSettings {
        @Override
        public Optional<EncryptionMethod> method() {
            return Optional.of(EncryptionMethod.AES256);
        }

        @Override
        public List<Secret> secrets() {
            return List.of(password);
        }
    }

    /**
     * The age format, to recipients.
     *
     * @param recipients each one or more of them, as text; never empty
     */
    record Age(List<Secret> recipients) implements EncryptionSettings {
        public Age {
            recipients = List.copyOf(recipients);
        }

        @Override
        public Optional<EncryptionMethod> method() {
            return Optional.of(EncryptionMethod.AGE);
        }

        @Override
        public List<Secret> secrets() {
            return recipients;
        }
    }

    /** The age format, with a passphrase; one line. */
    record AgePassphrase(Secret passphrase) implements EncryptionSettings {
        @Override
        public Optional<EncryptionMethod> method() {
            return Optional.of(EncryptionMethod.AGE);
        }

        @Override
        public List<Secret> secrets() {
            return List.of(passphrase);
        }
    }

    /** Somebody said {@code none}: archives are stored as they are. */
    record None() implements EncryptionSettings {
        @Override
        public Optional<EncryptionMethod> method() {
            return Optional.of(EncryptionMethod.NONE);
        }
    }

    /** Nobody said anything, and the destination is a directory: archives are stored as they are, and a warning says so. */
    record Unset() implements EncryptionSettings {
        @Override
        public Optional<EncryptionMethod> method() {
            return Optional.empty();
        }
    }

    /**
     * Archives are to be encrypted, and there is nothing to do it with: no backup can run ({@code KeyMissing}).
     *
     * @param wanted the method that lacks its key
     * @param reason what is missing and what to do about it, complete for a person to read
     */
    record Missing(EncryptionMethod wanted, String reason) implements EncryptionSettings {
        @Override
        public Optional<EncryptionMethod> method() {
            return Optional.of(wanted);
        }
    }
}
