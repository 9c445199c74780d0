package io.doksnap.archive.tar;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Entries from a seed, with a liking for the borders. */
final class RandomEntries {
    private static final List<TarEntry.Type> TYPES = List.of(TarEntry.Type.values());
    private static final int[] LENGTHS = {1, 2, 99, 100, 101, 154, 155, 255, 256, 511, 512, 990, 1000, 4000};
    private static final long[] OWNERS = {0, 1, 999, 65_534, 2_097_151, 2_097_152, 4_294_967_294L};
    private static final long[] SECONDS = {0, -1, -2_000_000_000, 1, 1_700_000_000, 8_589_934_591L, 8_589_934_592L};
    private static final int[] NANOS = {0, 1, 500_000_000, 999_999_999, 100};

    private RandomEntries() {}

    @FunctionalInterface
    interface Names {
        RawName of(Random random, int length);
    }

    static TarEntry entry(Random random, Names names, int size) {
        TarEntry.Type type = TYPES.get(random.nextInt(TYPES.size()));
        if (random.nextBoolean()) {
            type = TarEntry.Type.FILE;
        }
        boolean link = type == TarEntry.Type.HARD_LINK || type == TarEntry.Type.SYMBOLIC_LINK;
        boolean device = type == TarEntry.Type.CHARACTER_DEVICE || type == TarEntry.Type.BLOCK_DEVICE;
        RawName name = names.of(random, length(random));
        return new TarEntry(
                type == TarEntry.Type.DIRECTORY ? withSlash(name) : name,
                type,
                random.nextInt(010000),
                OWNERS[random.nextInt(OWNERS.length)],
                OWNERS[random.nextInt(OWNERS.length)],
                type == TarEntry.Type.FILE ? size : 0,
                Instant.ofEpochSecond(
                        SECONDS[random.nextInt(SECONDS.length)] + random.nextInt(3),
                        NANOS[random.nextInt(NANOS.length)]),
                link ? names.of(random, length(random)) : RawName.EMPTY,
                device ? random.nextInt(4096) : 0,
                device ? random.nextInt(1 << 20) : 0);
    }

    /** Any byte that a file system takes in a path. */
    static RawName anyBytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        for (int i = 0; i < length; i++) {
            if (bytes[i] == 0 || (bytes[i] == '/' && i == length - 1)) {
                bytes[i] = random.nextBoolean() ? (byte) 0xFF : (byte) '\n';
            }
        }
        return RawName.of(bytes);
    }

    static RawName letters(Random random, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) ('a' + random.nextInt(26));
        }
        return RawName.of(new String(bytes, StandardCharsets.US_ASCII));
    }

    private static int length(Random random) {
        return random.nextBoolean() ? LENGTHS[random.nextInt(LENGTHS.length)] : 1 + random.nextInt(4000);
    }

    private static RawName withSlash(RawName name) {
        byte[] bytes = Arrays.copyOf(name.toBytes(), name.length() + 1);
        bytes[name.length()] = '/';
        return RawName.of(bytes);
    }
}
