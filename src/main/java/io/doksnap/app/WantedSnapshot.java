package io.doksnap.app;

import io.doksnap.snapshot.PointInTime;
import io.doksnap.snapshot.SnapshotPlace;
import java.time.ZoneId;
import java.util.Optional;

/**
 * Which snapshot a person means.
 *
 * @param id the whole id or its beginning; {@link #LATEST} or empty: the newest
 * @param at the newest must be no younger than this; empty: however young
 */
record WantedSnapshot(Optional<String> id, Optional<PointInTime> at) {
    /** Stands for the newest snapshot where one has to be named. */
    static final String LATEST = "latest";

    /** The newest of all. */
    static final WantedSnapshot NEWEST = new WantedSnapshot(Optional.empty(), Optional.empty());

    /** One that was named, or the newest. */
    static WantedSnapshot of(Optional<String> id) {
        return new WantedSnapshot(id, Optional.empty());
    }

    /** What the options {@code --snapshot} and {@code --at} say together. */
    static WantedSnapshot of(Optional<String> id, Optional<String> at, ZoneId zone) throws CommandException {
        if (id.isPresent() && at.isPresent()) {
            throw new CommandException(ExitCode.USAGE, "--snapshot and --at both say which snapshot; choose one");
        }
        try {
            return new WantedSnapshot(id, at.map(text -> PointInTime.parse(text, zone)));
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCode.USAGE, "--at: " + e.getMessage());
        }
    }

    /** Whether this means the newest, of all or up to a time. */
    boolean isLatest() {
        return id.isEmpty() || id.get().equals(LATEST);
    }

    /** Whether a snapshot is old enough. */
    boolean admits(SnapshotPlace place) {
        return at.isEmpty() || at.get().includes(place);
    }
}
