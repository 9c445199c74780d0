package io.doksnap.api;

import org.jspecify.annotations.Nullable;

/**
 * Where a key or password lies: one entry of a Secret in the policy's namespace. Names a secret, never holds one.
 *
 * @param name of the Secret
 * @param key of the entry in it
 */
public record SecretKeyRef(@Nullable String name, @Nullable String key) {

    /**
     * Where a value comes from.
     *
     * @param secretRef an entry of a Secret
     */
    public record ValueFrom(@Nullable SecretKeyRef secretRef) {}
}
