package io.doksnap.run;

import io.doksnap.policy.SecretKey;

/** Reads secrets that a policy names. */
@FunctionalInterface
public interface SecretSource {
    /** One entry of a Secret. */
    byte[] read(String namespace, SecretKey key) throws KeyException;
}
