package io.doksnap.operator;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * For how long each Lease has stayed the same, by our own clock alone: those of two machines may be hours apart. Used by several threads.
 */
final class LeaseSilence {
    private final Duration gap;
    private final Map<String, Heard> heard = new ConcurrentHashMap<>();

    /** @param gap between two looks at an API that answers there is less time; in a longer one its holder may not have been able to renew it, either */
    LeaseSilence(Duration gap) {
        this.gap = gap;
    }

    /**
     * What was heard of a Lease.
     *
     * @param since from when on it has not changed
     * @param watched from when on it was looked at again and again without a change
     * @param last when it was looked at last
     * @param changed whether it has changed since it was seen first: its holder is at work
     */
    record Heard(String state, Duration since, Duration watched, Duration last, boolean changed) {}

    /** Takes note of a Lease as it is now, by a time that only ever grows. */
    Heard of(LeaseFacts lease, Duration now) {
        String state = lease.holder() + " " + lease.renewed();
        Heard first = new Heard(state, now, now, now, false);
        return heard.merge(lease.path(), first, (before, fresh) -> {
            if (!before.state().equals(state)) {
                return new Heard(state, now, now, now, true);
            }
            boolean away = now.minus(before.last()).compareTo(gap) > 0;
            return new Heard(state, before.since(), away ? now : before.watched(), now, before.changed());
        });
    }

    /** Whether its holder may be at work, as far as can be told. */
    boolean isAlive(LeaseFacts lease, Duration now) {
        return !lease.isFree()
                && (lease.home() || now.minus(of(lease, now).since()).compareTo(lease.lasts()) < 0);
    }
}
