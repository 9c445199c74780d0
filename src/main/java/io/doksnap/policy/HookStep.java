package io.doksnap.policy;

import java.time.Duration;

/**
 * A hook as one step of a run.
 *
 * @param timeout the longest it may take
 * @param onError what its failure means for the run
 */
public record HookStep(Hook hook, Duration timeout, OnError onError) {

    /** The timeout of a command, inside a container or on the host, where nobody said another: 60 s. */
    public static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(60);

    /** The timeout of an action on a container where nobody said another: 5 min, as to quiesce has. */
    public static final Duration ACTION_TIMEOUT = Duration.ofMinutes(5);

    /** A step with the timeout that is usual for its kind, whose failure fails the run. */
    public static HookStep of(Hook hook) {
        return new HookStep(hook, usualTimeout(hook), OnError.FAIL);
    }

    static Duration usualTimeout(Hook hook) {
        return hook instanceof Hook.Docker ? ACTION_TIMEOUT : COMMAND_TIMEOUT;
    }

    /** What the failure of a hook means. */
    public enum OnError {
        /** The run fails. */
        FAIL,
        /** The run goes on, with a warning. */
        CONTINUE
    }
}
