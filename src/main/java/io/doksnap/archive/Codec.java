package io.doksnap.archive;

/** How the tar stream of an archive is compressed. */
public enum Codec {
    /** Zstandard, level 3. */
    ZSTD(".zst"),
    /** Not at all. */
    NONE("");

    private final String extension;

    Codec(String extension) {
        this.extension = extension;
    }

    /** What it adds to an object's name, such as {@code .zst}; empty for none. */
    public String extension() {
        return extension;
    }
}
