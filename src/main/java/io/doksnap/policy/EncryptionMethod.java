package io.doksnap.policy;

/** How an archive is encrypted. */
public enum EncryptionMethod {
    /** OpenPGP to one or more public keys. */
    GPG,
    /** OpenPGP with a password and AES-256, so that {@code gpg -d} opens it too. */
    AES256,
    /** age to one or more recipients. */
    AGE,
    /** Not at all. */
    NONE
}
