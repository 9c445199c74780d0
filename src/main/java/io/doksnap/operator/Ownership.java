package io.doksnap.operator;

import org.jspecify.annotations.Nullable;

/** Whose operator something is for. */
record Ownership(String host) {

    /** Whether it is ours: it names this host, or none. */
    boolean isOurs(@Nullable String named) {
        return named == null || named.isEmpty() || named.equals(host);
    }
}
