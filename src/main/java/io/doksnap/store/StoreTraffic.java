package io.doksnap.store;

import java.util.concurrent.atomic.LongAdder;

/**
 * What went into and out of stores since this was made, from any thread. Calls are those of {@link ObjectStore}: what one of them
 * costs in requests, with its parts, pages and repetitions, the store alone knows.
 */
public final class StoreTraffic {
    private final LongAdder calls = new LongAdder();
    private final LongAdder stored = new LongAdder();
    private final LongAdder deleted = new LongAdder();
    private final LongAdder sent = new LongAdder();
    private final LongAdder received = new LongAdder();

    /** Calls, whatever came of them. */
    public long calls() {
        return calls.sum();
    }

    /** Objects that were stored whole. */
    public long stored() {
        return stored.sum();
    }

    /** Objects that were deleted, or were not there to delete. */
    public long deleted() {
        return deleted.sum();
    }

    /** Bytes that a store took, also of uploads that came to nothing. */
    public long sentBytes() {
        return sent.sum();
    }

    /** Bytes that were read. */
    public long receivedBytes() {
        return received.sum();
    }

    void countCall() {
        calls.increment();
    }

    void countStored() {
        stored.increment();
    }

    void countDeleted() {
        deleted.increment();
    }

    void countSent(long bytes) {
        sent.add(bytes);
    }

    void countReceived(long bytes) {
        received.add(bytes);
    }
}
