package io.doksnap.app.objects;

import io.doksnap.docker.Container;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Leaves out containers that were renamed a moment ago. Tools that make a container anew call the old one something else until it is gone; a policy of that name
 * would be there for a week. Who renames for good waits a little.
 */
final class Renames {
    static final Duration SETTLED = Duration.ofMinutes(1);

    /** Their policies are named by project and service, whatever they are called. */
    private static final String COMPOSE_SERVICE = "com.docker.compose.service";

    private final Clock clock;
    private final Map<String, Seen> seen = new HashMap<>();

    Renames(Clock clock) {
        this.clock = clock;
    }

    private record Seen(String name, Instant settled) {}

    /** How long until the next of those that are held back is not any more; empty where there is none. */
    Optional<Duration> untilNext() {
        Instant now = clock.instant();
        return seen.values().stream()
                .map(Seen::settled)
                .filter(now::isBefore)
                .min(Comparator.naturalOrder())
                .map(settled -> Duration.between(now, settled));
    }

    /** Those that have been called what they are for long enough, of all that there are. */
    List<Container> settled(List<Container> all) {
        Instant now = clock.instant();
        Set<String> there = new HashSet<>();
        for (Container container : all) {
            there.add(container.id());
            Seen before = seen.get(container.id());
            if (before == null || container.labels().containsKey(COMPOSE_SERVICE)) {
                seen.put(container.id(), new Seen(container.name(), now));
            } else if (!before.name().equals(container.name())) {
                seen.put(container.id(), new Seen(container.name(), now.plus(SETTLED)));
            }
        }
        seen.keySet().retainAll(there);
        return all.stream()
                .filter(container -> {
                    Seen known = seen.get(container.id());
                    return known == null || !now.isBefore(known.settled());
                })
                .toList();
    }
}
