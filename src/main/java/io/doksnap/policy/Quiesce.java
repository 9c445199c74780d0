package io.doksnap.policy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How the workload is kept still while it is read.
 *
 * @param timeout the longest that stopping it, and starting it, may take
 * @param release when it may go on
 * @param maxDowntime the longest that it is kept still, whatever becomes of the run; empty: no limit of its own
 * @param with names of further containers or services that are kept still together with the target
 */
public record Quiesce(Mode mode, Duration timeout, Release release, Optional<Duration> maxDowntime, List<String> with) {

    /** The workload is left alone. */
    public static final Quiesce NONE =
            new Quiesce(Mode.NONE, Duration.ofMinutes(5), Release.AUTO, Optional.empty(), List.of());

    public Quiesce {
        with = List.copyOf(with);
    }

    /** What is done to the workload. */
    public enum Mode {
        /** Nothing. */
        NONE,
        /** Its processes are frozen. */
        PAUSE,
        /** It is stopped; a Swarm service is scaled to 0 and back. */
        STOP
    }

    /** When the workload may go on. */
    public enum Release {
        /** As soon as everything was read, into an encrypted spool. */
        AFTER_READ,
        /** As soon as everything was stored. */
        AFTER_UPLOAD,
        /** After the read where it fits the spool, else after the upload. */
        AUTO
    }
}
