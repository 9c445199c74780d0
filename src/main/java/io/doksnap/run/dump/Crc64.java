package io.doksnap.run.dump;

/** The checksum at the end of Redis's files: CRC-64 of Jones, reflected, from 0 (redis, src/crc64.c). */
final class Crc64 {
    private static final long POLYNOMIAL = 0x95ac9329ac4bc9b5L;
    private static final long[] TABLE = table();

    private Crc64() {}

    /** The checksum of what one was before, and more bytes. */
    static long update(long crc, byte[] bytes, int offset, int length) {
        long next = crc;
        for (int i = offset; i < offset + length; i++) {
            next = TABLE[(int) (next ^ bytes[i]) & 0xFF] ^ (next >>> 8);
        }
        return next;
    }

    private static long[] table() {
        long[] table = new long[256];
        for (int i = 0; i < table.length; i++) {
            long crc = i;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) == 0 ? crc >>> 1 : (crc >>> 1) ^ POLYNOMIAL;
            }
            table[i] = crc;
        }
        return table;
    }
}
