package io.doksnap.operator;

import java.time.Duration;

/**
 * How a Lease is kept.
 *
 * @param lasts how long nobody takes it after it was renewed
 * @param renewEvery how often it is renewed
 * @param giveUpAfter how long the holder goes on that cannot renew it: what is left until it ends must be enough to undo all runs
 */
public record LeaseTimes(Duration lasts, Duration renewEvery, Duration giveUpAfter) {
    /** An API may be away for three minutes, for an upgrade, before runs of hours are ended. */
    public static final LeaseTimes USUAL =
            new LeaseTimes(Duration.ofMinutes(5), Duration.ofSeconds(15), Duration.ofMinutes(3));

    /** Within what time a holder that is at work, and reaches the API, has renewed it. */
    Duration showsUpWithin() {
        return renewEvery.multipliedBy(3);
    }
}
