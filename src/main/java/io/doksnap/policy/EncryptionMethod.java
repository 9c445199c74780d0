package io.doksnap.policy;

/** How an archive is encrypted. */
public enum EncryptionMethod {
    /** OpenPGP to one or more public keys. */
    GPG,
    /** OpenPGP with a password and AES-256, so that {@code gpg -d} opens it too. */
    AES256,
    /** The age format, to one or more X25519 recipients or with a passphrase. */
    AGE,
    /** Not at all. */
    NONE
}
