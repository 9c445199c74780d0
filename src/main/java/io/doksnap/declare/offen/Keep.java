package io.doksnap.declare.offen;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * How many snapshots to keep, where offen said for how many days.
 *
 * @param last the newest
 * @param daily one a day
 * @param lost what cannot be kept so
 */
record Keep(OptionalInt last, OptionalInt daily, Optional<String> lost) {
    static final Keep ALL = new Keep(OptionalInt.empty(), OptionalInt.empty(), Optional.empty());

    private static final int MOST_LAST = 1000;
    private static final int MOST_DAILY = 365;

    /**
     * Once a day it is one a day, so that backups made by hand push nothing out; else as many as there are in that time.
     *
     * @param days negative: all
     */
    static Keep of(int days, double runsADay) {
        if (days < 0) {
            return ALL;
        }
        boolean onceADay = Math.abs(runsADay - 1) < 0.01;
        if (onceADay && days >= 1 && days <= MOST_DAILY) {
            return new Keep(OptionalInt.empty(), OptionalInt.of(days), Optional.empty());
        }
        long runs = Math.max(1, (long) Math.ceil(days * runsADay - 0.01));
        if (runs <= MOST_LAST) {
            return new Keep(OptionalInt.of((int) runs), OptionalInt.empty(), Optional.empty());
        }
        return new Keep(
                OptionalInt.of(MOST_LAST),
                OptionalInt.of(Math.min(MOST_DAILY, days)),
                Optional.of(days + " days would be " + runs + " snapshots, and at most the newest " + MOST_LAST
                        + " are kept, and then one a day; choose what is to stay"));
    }
}
