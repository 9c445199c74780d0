package io.doksnap.store;

/**
 * An object as it was committed.
 *
 * @param size in bytes
 * @param sha256 of its bytes, in lower case hexadecimal
 */
public record CommittedObject(String key, long size, String sha256) {}
