package io.doksnap.policy;

/** How an archive is compressed. */
public enum Compression {
    /** Zstandard, RFC 8878. */
    ZSTD,
    /** Not at all. */
    NONE
}
