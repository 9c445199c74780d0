package io.doksnap.operator;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What this operator has said of objects a moment ago. A watch tells it back a little later; whoever decides in between by what the watch
 * has told so far would say it, and tell it, twice.
 */
final class Written<S> {
    private static final Duration AT_MOST = Duration.ofSeconds(10);

    private final Map<String, Entry<S>> entries = new ConcurrentHashMap<>();

    private record Entry<S>(S status, long nanos) {}

    void remember(String uid, S status) {
        long now = System.nanoTime();
        entries.values().removeIf(entry -> isOver(entry, now));
        entries.put(uid, new Entry<>(status, now));
    }

    /** What was said last: by ourselves where that is not long ago, else as the watch has it. */
    Optional<S> latest(String uid, @Nullable S watched) {
        Entry<S> entry = entries.get(uid);
        if (entry == null || isOver(entry, System.nanoTime())) {
            return Optional.ofNullable(watched);
        }
        return Optional.of(entry.status());
    }

    private static boolean isOver(Entry<?> entry, long now) {
        return now - entry.nanos() > AT_MOST.toNanos();
    }
}
