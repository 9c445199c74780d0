package io.doksnap.api;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How far a run is. Written every few seconds at most, so it is never quite true.
 *
 * @param phase what it is at
 * @param source the source that was begun last; absent: none yet
 * @param bytesRead bytes of file content that were read, or of an archive when it is restored
 * @param bytesStored bytes that were handed to the destination, where there are several to the one that has most
 * @param filesDone files that were read or restored
 * @param updateTime when that was
 */
public record Progress(
        Phase phase,
        @Nullable String source,
        long bytesRead,
        long bytesStored,
        long filesDone,
        @Nullable Instant updateTime) {

    /** What a run is at. */
    public enum Phase {
        /** It waits for its turn. */
        QUEUED("Queued"),
        /** It reads and stores, or restores. */
        RUNNING("Running"),
        /** It failed, and is tried again later. */
        WAITING("Waiting"),
        /** Somebody ended it, and what it changed is being undone. */
        CANCELLING("Cancelling");

        private final String text;

        Phase(String text) {
            this.text = text;
        }

        /** The phase as it stands in JSON. */
        @Override
        public String toString() {
            return text;
        }
    }
}
