package io.doksnap.declare;

import io.doksnap.policy.IoPriority;
import io.doksnap.policy.TimeWindow;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What backups may take of this host.
 *
 * @param runs how many run at the same time
 * @param threads how many the compression of one archive uses; empty: as many as help
 * @param nice how far backups and verifications step back from the processor, 0 to 19, 0 being not at all
 * @param io how far they step back from the disks; empty: not at all
 * @param uploadRate bytes a second, to all destinations together; empty: as many as go
 * @param window when runs that a schedule makes may begin; empty: at any time
 */
public record Limits(
        int runs,
        OptionalInt threads,
        OptionalInt nice,
        Optional<IoPriority> io,
        OptionalLong uploadRate,
        Optional<TimeWindow> window) {
    static final int USUAL_RUNS = 2;

    /** A tenth of the weight of what does not step back: nothing is slower where there is room, and a neighbour comes first where there is none. */
    static final int USUAL_NICE = 10;
}
