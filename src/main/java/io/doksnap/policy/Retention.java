package io.doksnap.policy;

import java.util.OptionalInt;

/**
 * How many snapshots to keep of each kind; an empty count keeps nothing of its own, and all empty keep everything.
 *
 * @param keepLast the newest, 1 to 1000
 * @param daily one a calendar day, 1 to 365
 * @param weekly one an ISO week, 1 to 104
 * @param monthly one a month, 1 to 120
 * @param yearly one a year, 1 to 100
 */
public record Retention(
        OptionalInt keepLast, OptionalInt daily, OptionalInt weekly, OptionalInt monthly, OptionalInt yearly) {

    /** Keeps everything. */
    public static final Retention KEEP_ALL = new Retention(
            OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty());
}
