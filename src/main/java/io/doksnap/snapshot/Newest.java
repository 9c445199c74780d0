package io.doksnap.snapshot;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The newest of the snapshots that it is shown, as far as that can be told: one that a clock dated in the future was made while that clock was
 * ahead, so nothing tells how old it is. It counts only where there is no other.
 */
public final class Newest {
    /** Clocks of several hosts may differ by so much. */
    private static final Duration CLOCKS_DIFFER = Duration.ofDays(1);

    private final Instant now;
    private @Nullable SnapshotPlace newest;
    private @Nullable SnapshotPlace fromTheFuture;

    /** Of none so far. */
    public Newest(Instant now) {
        this.now = now;
    }

    /** Shows it another. */
    public void see(SnapshotPlace place) {
        if (isFromTheFuture(place.name(), now)) {
            fromTheFuture = later(fromTheFuture, place);
        } else {
            newest = later(newest, place);
        }
    }

    /** Whether a clock that was ahead has dated the snapshot of this name. */
    public static boolean isFromTheFuture(String name, Instant now) {
        return SnapshotFolder.timeOf(name)
                .filter(now.plus(CLOCKS_DIFFER)::isBefore)
                .isPresent();
    }

    private static SnapshotPlace later(@Nullable SnapshotPlace one, SnapshotPlace other) {
        return one != null && one.name().compareTo(other.name()) >= 0 ? one : other;
    }

    /** Which it is; empty where it has seen none. */
    public Optional<SnapshotPlace> found() {
        return Optional.ofNullable(newest == null ? fromTheFuture : newest);
    }

    /** Which one may be newer all the same; empty: none. */
    public Optional<String> doubt() {
        return newest == null || fromTheFuture == null
                ? Optional.empty()
                : Optional.of(
                        fromTheFuture.id() + " is dated in the future, by a clock that was ahead, and was passed over:"
                                + " where that is the one that is meant, name it");
    }
}
