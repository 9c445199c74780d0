package io.doksnap.run;

import io.doksnap.api.Reason;

/**
 * One object in a store that is not what its snapshot's manifest says.
 *
 * @param source whose archive it belongs to; empty where it is the manifest itself
 * @param key where it lies
 * @param reason {@link Reason#MISMATCH} where the object differs from the manifest; {@link Reason#UNREADABLE} where it does not, and still
 *     cannot be read
 * @param expected what should be there, for a person to read
 * @param found what is there instead, for a person to read
 */
public record Damage(String source, String key, Reason reason, String expected, String found) {}
