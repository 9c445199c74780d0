package io.doksnap.operator;

import io.doksnap.operator.PolicyFacts.Trouble;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What was seen in a destination.
 *
 * @param at when the look ended
 * @param location where it is, without any secret
 * @param trouble why it cannot be used; empty: it can
 * @param snapshots how many there are, of whomever
 * @param storedBytes what those take whose manifests were read
 * @param byPolicy what this host's policies have there, by their names
 */
record Look(
        Instant at,
        String location,
        Optional<Trouble> trouble,
        int snapshots,
        long storedBytes,
        Map<String, OfPolicy> byPolicy) {
    Look {
        byPolicy = Map.copyOf(byPolicy);
    }

    /** How many, and when the newest of them began. */
    record OfPolicy(int count, Instant newest) {
        OfPolicy plus(OfPolicy other) {
            return new OfPolicy(count + other.count, newest.isAfter(other.newest) ? newest : other.newest);
        }
    }

    /** The same with a failure: what was seen before is still the best that is known. */
    static Look failed(Instant at, String location, Trouble trouble, Optional<Look> before) {
        return new Look(
                at,
                location,
                Optional.of(trouble),
                before.map(Look::snapshots).orElse(0),
                before.map(Look::storedBytes).orElse(0L),
                before.map(Look::byPolicy).orElse(Map.of()));
    }
}
