package io.doksnap.archive.tar;

import static io.doksnap.archive.tar.TarHeader.BLOCK;

import java.io.IOException;

/** Reads maps of sparse files from blocks: GNU tar's old form, in and behind the header, and its PAX format 1.0, before the content. */
final class SparseHeaders {
    private static final int RUN = 24;
    private static final int NUMBER = 12;

    private SparseHeaders() {}

    /** Where the next block comes from. */
    @FunctionalInterface
    interface Blocks {
        void next(byte[] block) throws IOException;
    }

    /** Of a header with the type flag {@code S}. */
    static SparseMap ofOldGnu(byte[] header, Blocks following) throws IOException {
        SparseMap.Builder map = new SparseMap.Builder(SparseMap.MOST_RUNS);
        long size = TarHeader.SPARSE_SIZE.number(header);
        boolean more = addRuns(map, header, TarHeader.SPARSE_RUNS, TarHeader.SPARSE_RUNS_IN_HEADER);
        byte[] block = new byte[BLOCK];
        for (boolean another = header[TarHeader.SPARSE_IS_EXTENDED] != 0; another; ) {
            following.next(block);
            more = more && addRuns(map, block, 0, TarHeader.SPARSE_RUNS_IN_BLOCK);
            another = block[TarHeader.SPARSE_BLOCK_IS_EXTENDED] != 0;
        }
        return SparseRecords.build(map, size);
    }

    /** Adds the runs of a block; false when an empty place among them ends the list. */
    private static boolean addRuns(SparseMap.Builder map, byte[] block, int from, int count) throws TarException {
        for (int i = 0; i < count; i++) {
            int at = from + i * RUN;
            if (block[at + NUMBER] == 0) {
                return false;
            }
            long offset = new TarHeader.Field(at, NUMBER).number(block);
            long length = new TarHeader.Field(at + NUMBER, NUMBER).number(block);
            SparseRecords.add(map, offset, length);
        }
        return true;
    }

    /** Of the format 1.0: decimal numbers, each ended by a newline, in whole blocks. */
    static SparseMap inContent(long size, Blocks content) throws IOException {
        Numbers numbers = new Numbers(content);
        long count = numbers.next();
        if (count > SparseMap.MOST_RUNS) {
            throw SparseRecords.tooMany();
        }
        SparseMap.Builder map = new SparseMap.Builder(SparseMap.MOST_RUNS);
        for (long i = 0; i < count; i++) {
            long offset = numbers.next();
            SparseRecords.add(map, offset, numbers.next());
        }
        return SparseRecords.build(map, size);
    }

    private static final class Numbers {
        private final Blocks content;
        private final byte[] block = new byte[BLOCK];
        private int at = BLOCK;

        private Numbers(Blocks content) {
            this.content = content;
        }

        private long next() throws IOException {
            long number = 0;
            for (int digits = 0; ; digits++) {
                if (at == BLOCK) {
                    content.next(block);
                    at = 0;
                }
                byte b = block[at++];
                if (b == '\n' && digits > 0) {
                    return number;
                }
                if (b < '0' || b > '9' || number > (Long.MAX_VALUE - 9) / 10) {
                    throw new TarException("the archive is damaged: the map of a sparse file holds no number");
                }
                number = number * 10 + (b - '0');
            }
        }
    }
}
