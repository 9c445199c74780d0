package io.doksnap.archive.tar;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Where the data of a sparse file lies: runs in rising order that do not overlap, within the file's size. All else are holes, which read as
 * zeros and take no room.
 */
public final class SparseMap {
    /** How many runs an archive may claim for one file: 16 MiB of memory. */
    static final int MOST_RUNS = 1 << 20;

    private final long size;
    private final long[] runs;
    private final long dataSize;

    private SparseMap(long size, long[] runs) {
        this.size = size;
        this.runs = runs;
        long sum = 0;
        for (int i = 1; i < runs.length; i += 2) {
            sum += runs[i];
        }
        this.dataSize = sum;
    }

    /** How long the file is, holes included. */
    public long size() {
        return size;
    }

    /** How many bytes are data. */
    public long dataSize() {
        return dataSize;
    }

    /** How many runs of data there are. */
    public int runs() {
        return runs.length / 2;
    }

    /** Where a run begins. */
    public long offset(int run) {
        return runs[2 * run];
    }

    /** How long a run is; never 0. */
    public long length(int run) {
        return runs[2 * run + 1];
    }

    boolean endsInAHole() {
        return runs() == 0 || offset(runs() - 1) + length(runs() - 1) < size;
    }

    /**
     * The map as GNU tar's format 1.0 has it at the beginning of the content: the number of runs, then offset and length of each, a decimal
     * number on a line; padded to whole blocks. A hole at the end is an empty run there.
     */
    byte[] encoded() {
        StringBuilder text = new StringBuilder(16 + 16 * runs());
        text.append(runs() + (endsInAHole() ? 1 : 0)).append('\n');
        for (long number : runs) {
            text.append(number).append('\n');
        }
        if (endsInAHole()) {
            text.append(size).append("\n0\n");
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length() + TarHeader.BLOCK);
        bytes.writeBytes(text.toString().getBytes(StandardCharsets.US_ASCII));
        bytes.writeBytes(new byte[(int) TarHeader.padding(bytes.size())]);
        return bytes.toByteArray();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SparseMap map && size == map.size && Arrays.equals(runs, map.runs);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(size) + 31 * Arrays.hashCode(runs);
    }

    @Override
    public String toString() {
        return runs() + " runs of data, " + dataSize + " of " + size + " bytes";
    }

    /** Collects the runs of a file from its beginning to its end. */
    static final class Builder {
        private final int most;
        private long[] runs = new long[32];
        private int filled;
        private long smallestHole = 1;

        /**
         * Creates a builder that takes all runs, or merges them across the smallest holes when there are too many of them.
         *
         * @param most how many runs the map may have
         */
        Builder(int most) {
            this.most = most;
        }

        /** How many runs there are so far. */
        int runs() {
            return filled / 2;
        }

        /**
         * Adds a run of data behind those before it; one of no length is nothing.
         *
         * @throws IllegalArgumentException when it begins before the end of the last one
         */
        void add(long offset, long length) {
            long end = filled == 0 ? 0 : runs[filled - 2] + runs[filled - 1];
            if (offset < end || length < 0 || offset + length < 0) {
                throw new IllegalArgumentException("the run at " + offset + " overlaps another, or is out of order");
            }
            if (length == 0) {
                return;
            }
            if (filled > 0 && offset - end < smallestHole) {
                runs[filled - 1] = offset + length - runs[filled - 2];
                return;
            }
            if (filled == 2 * most) {
                merge();
                add(offset, length);
                return;
            }
            if (filled == runs.length) {
                runs = Arrays.copyOf(runs, (int) Math.min(2L * most, 2L * filled));
            }
            runs[filled++] = offset;
            runs[filled++] = length;
        }

        /** Gives up the smallest holes, until half of the room is free again. */
        private void merge() {
            while (filled > most) {
                smallestHole *= 2;
                int kept = 2;
                for (int i = 2; i < filled; i += 2) {
                    if (runs[i] - runs[kept - 2] - runs[kept - 1] < smallestHole) {
                        runs[kept - 1] = runs[i] + runs[i + 1] - runs[kept - 2];
                    } else {
                        runs[kept] = runs[i];
                        runs[kept + 1] = runs[i + 1];
                        kept += 2;
                    }
                }
                filled = kept;
            }
        }

        /**
         * The map of a file of this size.
         *
         * @throws IllegalArgumentException when a run ends behind it
         */
        SparseMap build(long size) {
            if (size < 0 || (filled > 0 && runs[filled - 2] + runs[filled - 1] > size)) {
                throw new IllegalArgumentException("a run of data lies beyond the end of the file");
            }
            return new SparseMap(size, Arrays.copyOf(runs, filled));
        }
    }
}
