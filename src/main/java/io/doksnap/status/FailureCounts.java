package io.doksnap.status;

import io.doksnap.status.Run.State;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Counts failed runs, of which only the newest are kept as objects: each counts once, also after its object is gone. Remembers no more than
 * those that are there.
 */
final class FailureCounts {
    private final Map<String, Long> counts = new TreeMap<>();
    private final Map<String, Set<String>> seen = new HashMap<>();

    /** How many there were so far, by app. */
    synchronized Map<String, Long> count(List<App> apps) {
        Map<String, Long> now = new TreeMap<>();
        for (App app : apps) {
            Set<String> failed = new HashSet<>();
            app.runs().stream().filter(run -> run.state() == State.FAILED).forEach(run -> failed.add(run.order()));
            Set<String> before = seen.getOrDefault(app.key(), Set.of());
            long fresh = failed.stream().filter(run -> !before.contains(run)).count();
            now.put(app.key(), counts.getOrDefault(app.key(), 0L) + fresh);
            seen.put(app.key(), failed);
        }
        seen.keySet().retainAll(now.keySet());
        counts.clear();
        counts.putAll(now);
        return now;
    }
}
