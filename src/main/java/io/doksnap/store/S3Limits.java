package io.doksnap.store;

import java.time.Duration;

/**
 * The measures of an S3 store.
 *
 * @param partBytes the size of every part but the last; stores such as R2 insist that all are equal
 * @param maxParts the most parts of one object
 * @param inFlight how many parts of one upload are sent at a time
 * @param pageSize how many entries to ask for in one page of a listing
 */
record S3Limits(int partBytes, int maxParts, int inFlight, int pageSize, Patience patience) {
    static final S3Limits STANDARD = new S3Limits(8 << 20, 10_000, 3, 1000, Patience.STANDARD);

    long maxObjectBytes() {
        return (long) partBytes * maxParts;
    }

    /** What one upload holds: a buffer for each part in flight, and the one that is being filled. */
    long uploadBytes() {
        return (inFlight + 1L) * partBytes;
    }

    /**
     * How long to wait for an endpoint and how often to ask it again.
     *
     * @param connect for a connection
     * @param silence for the next sign of life of a request: a byte taken, an answer, a byte received
     * @param silenceInAll of one call's attempts together that ended in silence, before it gives up
     * @param completion for the answer to the completion of an upload, when a store may copy the whole object
     * @param attempts of one call
     * @param firstAttempts of one call while the endpoint has never answered, which is rather a wrong setting than an outage
     * @param backoff before the second attempt; doubled before each one after it
     * @param longestBackoff where the doubling ends
     */
    record Patience(
            Duration connect,
            Duration silence,
            Duration silenceInAll,
            Duration completion,
            int attempts,
            int firstAttempts,
            Duration backoff,
            Duration longestBackoff) {
        static final Patience STANDARD = new Patience(
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                Duration.ofSeconds(55),
                Duration.ofMinutes(10),
                12,
                4,
                Duration.ofMillis(200),
                Duration.ofSeconds(4));
    }
}
