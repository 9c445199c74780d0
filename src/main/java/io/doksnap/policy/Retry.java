package io.doksnap.policy;

import java.time.Duration;

/**
 * How often a run is tried before it counts as failed.
 *
 * @param attempts in all, 1 to 10
 * @param backoff how long to wait before the second attempt
 */
public record Retry(int attempts, Duration backoff) {

    /** The pause where a policy asks for several attempts and says no other. */
    public static final Duration USUAL_BACKOFF = Duration.ofMinutes(10);

    /**
     * A single attempt. It is what a policy gets that says nothing: a workload is not stopped a second time unless somebody
     * asked for it.
     */
    public static final Retry NEVER = new Retry(1, USUAL_BACKOFF);
}
