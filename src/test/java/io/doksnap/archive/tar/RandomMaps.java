package io.doksnap.archive.tar;

import java.util.Random;

/** Where data lies in sparse files of tests. */
final class RandomMaps {
    private RandomMaps() {}

    /** Of runs given as offset and length in turns. */
    static SparseMap map(long size, long... runs) {
        SparseMap.Builder map = new SparseMap.Builder(SparseMap.MOST_RUNS);
        for (int i = 0; i < runs.length; i += 2) {
            map.add(runs[i], runs[i + 1]);
        }
        return map.build(size);
    }

    /** Runs and holes of any length up to a largest one, with or without a hole at either end. */
    static SparseMap any(Random random, int runs, int longest) {
        SparseMap.Builder map = new SparseMap.Builder(SparseMap.MOST_RUNS);
        long at = random.nextBoolean() ? 0 : 1L + random.nextInt(longest);
        for (int i = 0; i < runs; i++) {
            long length = 1L + random.nextInt(1 + random.nextInt(longest));
            map.add(at, length);
            at += length;
            if (i < runs - 1 || random.nextBoolean()) {
                at += 1L + random.nextInt(1 + random.nextInt(longest));
            }
        }
        return map.build(at);
    }
}
