package io.doksnap.run;

import io.doksnap.docker.Container;
import java.time.Duration;
import java.util.Optional;

/** How long an engine may take to start or stop a container before it is taken to hang: a hook may be given far more than that. */
final class EnginePatience {
    private static final Duration OWN = Duration.ofSeconds(60);

    private EnginePatience() {}

    static Duration of(Duration within) {
        return within.compareTo(OWN) < 0 ? within : OWN;
    }

    /** Stopping a container lasts as long as the container is given to stop by itself. */
    static Duration of(Container container, Optional<Duration> grace, Duration within) {
        Duration longest = grace.orElse(container.grace()).plus(OWN);
        return within.compareTo(longest) < 0 ? within : longest;
    }
}
