package io.doksnap.operator;

import io.doksnap.policy.AllowedPaths;
import io.doksnap.policy.TimeWindow;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Optional;
import java.util.Set;

/**
 * How an operator works.
 *
 * @param host its name: it carries out the policies of this host, and those that name none
 * @param namespaces where it looks; empty: everywhere
 * @param zone the time zone of policies that name none
 * @param runs how many backups, restores and verifications run at the same time
 * @param history how many finished Backups of a policy are kept as objects
 * @param allowedPaths which directories of the host policies may read
 * @param lookEvery how often it looks at each destination, also when nothing happens there
 * @param longestPause after which each object is looked at again, so that a clock that jumps does no harm
 * @param stopWithin how long a stop waits until all runs are undone
 * @param window when runs that a schedule makes may begin, in that zone; empty: at any time
 */
public record OperatorSettings(
        String host,
        Set<String> namespaces,
        ZoneId zone,
        int runs,
        History history,
        AllowedPaths allowedPaths,
        Duration lookEvery,
        Duration longestPause,
        Duration stopWithin,
        Optional<TimeWindow> window) {
    public OperatorSettings {
        namespaces = Set.copyOf(namespaces);
        if (runs < 1) {
            throw new IllegalArgumentException("at least one run has to fit, not " + runs);
        }
    }

    /** How many Backups are kept of each policy; the snapshots that they made do not go with them. */
    public record History(int succeeded, int failed) {
        /** Enough for a week and a half of daily runs. */
        public static final History USUAL = new History(10, 10);
    }

    /** What is right for most hosts. */
    public static OperatorSettings of(String host, ZoneId zone, AllowedPaths allowedPaths) {
        return new OperatorSettings(
                host,
                Set.of(),
                zone,
                2,
                History.USUAL,
                allowedPaths,
                Duration.ofMinutes(15),
                Duration.ofMinutes(5),
                Duration.ofSeconds(50),
                Optional.empty());
    }
}
