package io.doksnap.policy;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** How strictly a snapshot is checked, from what costs next to nothing to what proves most. Each includes all before it. */
public enum VerifyLevel {
    /** Every object is there, with its size. */
    PRESENCE,
    /** Every object is read, and its digest is the manifest's. Needs no key. */
    CHECKSUM,
    /** Every archive is decrypted, decompressed and read to its end, and holds what the manifest says. */
    FULL,
    /** To come: a restore into a place of its own, where a command looks at it. */
    DRILL;

    /** The level of that name; empty where there is none. */
    public static Optional<VerifyLevel> of(String name) {
        return Stream.of(values())
                .filter(level -> level.toString().equals(name))
                .findFirst();
    }

    /** The name as people write it: {@code checksum}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
