package io.doksnap.archive.tar;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The fields of a 512-byte header block: where they lie and how numbers stand in them (POSIX.1-1988 ustar, GNU base-256). */
final class TarHeader {
    static final int BLOCK = 512;

    static final Field NAME = new Field(0, 100);
    static final Field MODE = new Field(100, 8);
    static final Field UID = new Field(108, 8);
    static final Field GID = new Field(116, 8);
    static final Field SIZE = new Field(124, 12);
    static final Field MODIFIED = new Field(136, 12);
    static final Field CHECKSUM = new Field(148, 8);
    static final int TYPE_FLAG = 156;
    static final Field LINK_NAME = new Field(157, 100);
    static final Field MAGIC = new Field(257, 8);
    static final Field DEVICE_MAJOR = new Field(329, 8);
    static final Field DEVICE_MINOR = new Field(337, 8);
    static final Field PREFIX = new Field(345, 155);

    /** Of an old GNU sparse file, in place of the prefix: runs of data, whether a block with more of them follows, and the file's length. */
    static final int SPARSE_RUNS = 386;

    static final int SPARSE_RUNS_IN_HEADER = 4;
    static final int SPARSE_IS_EXTENDED = 482;
    static final Field SPARSE_SIZE = new Field(483, 12);

    /** A block of more runs. */
    static final int SPARSE_RUNS_IN_BLOCK = 21;

    static final int SPARSE_BLOCK_IS_EXTENDED = 504;

    static final byte[] USTAR = "ustar\00000".getBytes(StandardCharsets.US_ASCII);

    private TarHeader() {}

    record Field(int offset, int length) {

        /** The largest number that fits in octal, with the NUL that ends it. */
        long largest() {
            return (1L << (3 * (length - 1))) - 1;
        }

        void putOctal(byte[] block, long value) {
            long rest = value;
            for (int i = offset + length - 2; i >= offset; i--) {
                block[i] = (byte) ('0' + (rest & 7));
                rest >>>= 3;
            }
            block[offset + length - 1] = 0;
        }

        void putBytes(byte[] block, byte[] bytes) {
            System.arraycopy(bytes, 0, block, offset, Math.min(bytes.length, length));
        }

        byte[] bytes(byte[] block) {
            int end = offset;
            while (end < offset + length && block[end] != 0) {
                end++;
            }
            return Arrays.copyOfRange(block, offset, end);
        }

        /** Octal digits among spaces, or GNU's base-256 when the first bit is set. */
        long number(byte[] block) throws TarException {
            if ((block[offset] & 0x80) != 0) {
                return base256(block);
            }
            long value = 0;
            for (int i = offset; i < offset + length; i++) {
                byte b = block[i];
                if (b >= '0' && b <= '7') {
                    value = (value << 3) + (b - '0');
                } else if (b == 0 || (b == ' ' && value > 0)) {
                    break;
                } else if (b != ' ') {
                    throw new TarException("the archive is damaged: a header holds no number at byte " + i);
                }
            }
            return value;
        }

        private long base256(byte[] block) throws TarException {
            boolean negative = block[offset] == (byte) 0xFF;
            long value = negative ? -1 : block[offset] & 0x7F;
            for (int i = offset + 1; i < offset + length; i++) {
                if (value > Long.MAX_VALUE >> 8 || value < Long.MIN_VALUE >> 8) {
                    throw new TarException("the archive is damaged: a header holds a number beyond 64 bits");
                }
                value = (value << 8) | (block[i] & 0xFF);
            }
            return value;
        }
    }

    static int checksum(byte[] block) {
        int sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            boolean own = i >= CHECKSUM.offset() && i < CHECKSUM.offset() + CHECKSUM.length();
            sum += own ? ' ' : block[i] & 0xFF;
        }
        return sum;
    }

    static void putChecksum(byte[] block) {
        int sum = checksum(block);
        for (int i = 5; i >= 0; i--) {
            block[CHECKSUM.offset() + i] = (byte) ('0' + (sum & 7));
            sum >>= 3;
        }
        block[CHECKSUM.offset() + 6] = 0;
        block[CHECKSUM.offset() + 7] = ' ';
    }

    static long padding(long size) {
        return -size & (BLOCK - 1);
    }
}
