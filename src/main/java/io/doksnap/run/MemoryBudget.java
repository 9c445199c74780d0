package io.doksnap.run;

import io.doksnap.archive.ArchiveWriter;
import io.doksnap.store.ObjectStore;
import java.util.List;

/**
 * What a backup may take of this process's memory, and so how many sources are read at the same time. One always is, however little there
 * is: a single pipeline with its uploads has to fit.
 *
 * @param heapBytes how large the heap may get
 * @param directBytes how much there may be in buffers outside of it
 * @param mostSources at the same time, however much memory there is
 */
public record MemoryBudget(long heapBytes, long directBytes, int mostSources) {

    /** More at once only makes them wait for each other: one alone keeps two cores busy with compression. */
    private static final int MOST_SOURCES = 4;

    /** The budget of a process with so much memory and so many processors. */
    public static MemoryBudget of(long heapBytes, long directBytes, int processors) {
        return new MemoryBudget(heapBytes, directBytes, Math.max(1, Math.min(MOST_SOURCES, processors)));
    }

    /** How much of the heap uploads may hold: the rest is for listings, manifests, the SDK and the collector to breathe. */
    public long uploadBytes() {
        return heapBytes / 2;
    }

    /**
     * How many sources are read at the same time, when each goes into all of these stores. The codec's memory lies outside of the heap and
     * is counted as if it did not: so a process with a small heap stays small as a whole.
     *
     * @param spooled whether archives may wait for their upload
     */
    int sourcesAtOnce(List<ObjectStore> stores, boolean spooled) {
        long held = stores.stream().mapToLong(ObjectStore::uploadBytes).sum()
                + ArchiveWriter.NATIVE_BYTES
                + (spooled ? Spool.HELD_BYTES : 0);
        long direct = ArchiveWriter.BUFFER_BYTES + (long) stores.size() * FanOut.QUEUE_BYTES;
        long fitting = Math.min(uploadBytes() / held, directBytes * 3 / 4 / direct);
        return (int) Math.max(1, Math.min(mostSources, fitting));
    }
}
