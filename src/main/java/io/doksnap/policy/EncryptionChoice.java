package io.doksnap.policy;

import java.util.List;

/** How a policy wants its archives encrypted. */
public sealed interface EncryptionChoice {

    /** As the operator's configuration says for policies that do not. */
    record OperatorDefault() implements EncryptionChoice {}

    /** As one of the operator's named encryptions; whether there is one of that name is not known here. */
    record Named(String name) implements EncryptionChoice {}

    /**
     * By its own method and keys.
     *
     * @param keys public keys for {@code GPG} and {@code AGE}, at least one; the password for {@code AES256}, exactly one;
     *     empty for {@code NONE}
     */
    record Own(EncryptionMethod method, List<SecretKey> keys) implements EncryptionChoice {
        public Own {
            keys = List.copyOf(keys);
        }
    }
}
