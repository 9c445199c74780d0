package io.doksnap.policy;

/**
 * Where a key or password lies: an entry of a Secret in the policy's namespace.
 *
 * @param name of the Secret
 * @param key of the entry in it
 */
public record SecretKey(String name, String key) {}
