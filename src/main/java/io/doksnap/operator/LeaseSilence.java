package io.doksnap.operator;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * For how long each Lease has stayed the same, by our own clock alone: those of two machines may be hours apart. Used by several threads.
 */
final class LeaseSilence {
    private final Map<String, Heard> heard = new ConcurrentHashMap<>();

    /**
     * What was heard of a Lease.
     *
     * @param since from when on it has not changed
     * @param changed whether it has changed since it was seen first: its holder is at work
     */
    record Heard(String state, Duration since, boolean changed) {}

    /** Takes note of a Lease as it is now, by a time that only ever grows. */
    Heard of(LeaseFacts lease, Duration now) {
        String state = lease.holder() + " " + lease.renewed();
        return heard.merge(
                lease.path(),
                new Heard(state, now, false),
                (before, fresh) -> before.state().equals(state) ? before : new Heard(state, now, true));
    }

    /** Whether its holder may be at work, as far as can be told. */
    boolean isAlive(LeaseFacts lease, Duration now) {
        return !lease.isFree()
                && (lease.home() || now.minus(of(lease, now).since()).compareTo(lease.lasts()) < 0);
    }
}
