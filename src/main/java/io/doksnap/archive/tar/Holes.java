package io.doksnap.archive.tar;

import java.io.IOException;
import java.util.Arrays;

/** Reads a sparse file as if it had no holes: zeros between the runs of data. */
final class Holes {
    private final SparseMap map;
    private final Data data;
    private long position;
    private int run;

    /** Where the data comes from, run after run. */
    @FunctionalInterface
    interface Data {
        int read(byte[] bytes, int offset, int length) throws IOException;
    }

    Holes(SparseMap map, Data data) {
        this.map = map;
        this.data = data;
    }

    int read(byte[] bytes, int offset, int length) throws IOException {
        if (position == map.size()) {
            return -1;
        }
        while (run < map.runs() && map.offset(run) + map.length(run) <= position) {
            run++;
        }
        boolean inData = run < map.runs() && map.offset(run) <= position;
        int n;
        if (inData) {
            n = data.read(bytes, offset, (int) Math.min(length, map.offset(run) + map.length(run) - position));
        } else {
            long end = run < map.runs() ? map.offset(run) : map.size();
            n = (int) Math.min(length, end - position);
            Arrays.fill(bytes, offset, offset + n, (byte) 0);
        }
        position += n;
        return n;
    }
}
