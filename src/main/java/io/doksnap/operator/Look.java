package io.doksnap.operator;

import io.doksnap.operator.PolicyFacts.Trouble;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

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

    /**
     * How many.
     *
     * @param newest when the newest of them began; empty: all of them were dated by a clock that was ahead
     */
    record OfPolicy(int count, Optional<Instant> newest) {
        OfPolicy plus(OfPolicy other) {
            Stream<Instant> both = Stream.of(newest, other.newest).flatMap(Optional::stream);
            return new OfPolicy(count + other.count, both.max(Comparator.naturalOrder()));
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
