package io.doksnap.schedule;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.zip.CRC32;

/**
 * Spreads what would all be due at once. Random to look at, and always the same for the same name: a restart changes
 * nothing, and nobody has to remember anything.
 */
public final class Spread {
    private Spread() {}

    /** A delay from zero to less than the given one, in whole seconds. */
    public static Duration delay(String name, Duration below) {
        long seconds = below.toSeconds();
        return seconds <= 1 ? Duration.ZERO : Duration.ofSeconds(number(name, seconds));
    }

    /** A number from zero to less than the given one. */
    static long number(String name, long below) {
        CRC32 hash = new CRC32();
        hash.update(name.getBytes(StandardCharsets.UTF_8));
        // CRC is linear: names that differ in their last character alone would lie close together without mixing.
        long mixed = hash.getValue() * 0x9E3779B97F4A7C15L;
        return Math.floorMod(mixed ^ (mixed >>> 32), below);
    }
}
