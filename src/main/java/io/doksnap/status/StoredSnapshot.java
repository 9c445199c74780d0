package io.doksnap.status;

import io.doksnap.api.Snapshot;
import io.doksnap.api.Snapshot.SnapshotSpec;
import io.doksnap.api.Snapshot.StoredSource;
import io.doksnap.snapshot.SnapshotFolder;
import java.time.Instant;
import java.util.Optional;

/**
 * One snapshot in one destination.
 *
 * @param policy the name under which it is stored
 * @param host empty where nothing tells, as with archives of the original program
 * @param key where it is within the destination
 * @param bytes what it takes there
 * @param time when it was committed, else when it was begun; empty where nothing tells
 */
record StoredSnapshot(
        String policy,
        String destination,
        Optional<String> host,
        String id,
        String key,
        long bytes,
        Optional<Instant> time,
        Optional<Instant> verifiedTime,
        Optional<String> verifiedLevel) {

    static StoredSnapshot of(Snapshot snapshot) {
        SnapshotSpec spec = snapshot.spec();
        Optional<String> host = Optional.ofNullable(spec.host());
        Optional<Snapshot.SnapshotStatus> status = Optional.ofNullable(snapshot.status());
        Long whole = spec.storedBytes();
        String path = spec.path();
        return new StoredSnapshot(
                spec.policy(),
                spec.destination(),
                host,
                spec.id(),
                path == null ? new SnapshotFolder(spec.policy(), host.orElse(""), spec.id()).prefix() : path,
                whole == null
                        ? spec.sources().stream()
                                .mapToLong(StoredSource::storedBytes)
                                .sum()
                        : whole,
                Optional.ofNullable(spec.completionTime()).or(() -> Optional.ofNullable(spec.startTime())),
                status.map(Snapshot.SnapshotStatus::verifiedTime),
                status.map(Snapshot.SnapshotStatus::verifiedLevel));
    }

    /** The same for all copies of one snapshot. */
    String identity() {
        return host.orElse("") + "/" + id;
    }
}
