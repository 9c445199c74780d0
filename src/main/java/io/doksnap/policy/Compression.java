package io.doksnap.policy;

/** How an archive is compressed. */
public enum Compression {
    /** Zstandard, RFC 8878. */
    ZSTD,
    /** gzip, RFC 1952. */
    GZIP,
    /** Not at all. */
    NONE
}
