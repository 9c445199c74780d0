package io.doksnap.store;

import java.time.Instant;

/**
 * An object that lies in a store.
 *
 * @param size in bytes
 */
public record StoredObject(String key, long size, Instant lastModified) {}
