package io.doksnap.archive;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How the tar stream of an archive is compressed. */
public enum Codec {
    /** Zstandard, level 3. */
    ZSTD(".zst"),
    /** gzip, level 6: slow, and readable everywhere. */
    GZIP(".gz"),
    /** Not at all. */
    NONE("");

    private final String extension;

    Codec(String extension) {
        this.extension = extension;
    }

    /** The codec as it stands in a manifest: {@code zstd}, {@code gzip} or {@code none}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The codec that a manifest names; empty where this version knows none of that name. */
    public static Optional<Codec> parse(String text) {
        return Arrays.stream(values())
                .filter(codec -> codec.text().equals(text))
                .findFirst();
    }

    /** What it adds to an object's name, such as {@code .zst}; empty for none. */
    public String extension() {
        return extension;
    }
}
