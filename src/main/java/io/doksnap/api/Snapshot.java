package io.doksnap.api;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one manifest in one destination says. Made by the operator and read-only: it is created again when it is deleted, and
 * deleting it deletes nothing in the destination.
 */
public record Snapshot(
        ObjectMeta metadata, SnapshotSpec spec, @Nullable SnapshotStatus status) {

    /**
     * Which snapshot it is.
     *
     * @param destination by the name of its resource
     * @param policy the name under which it is stored
     * @param host whose operator made it; absent: nothing tells, as with archives of the original program
     * @param id names it within its policy and host
     * @param startTime when its run began
     * @param sources what was stored
     * @param completionTime when it was committed; absent: nothing tells
     * @param path where it is within the destination
     * @param storedBytes what it takes there
     * @param warnings what is worth a look, a sentence each
     */
    public record SnapshotSpec(
            String destination,
            String policy,
            @Nullable String host,
            String id,
            @Nullable Instant startTime,
            List<StoredSource> sources,
            @Nullable Instant completionTime,
            @Nullable String path,
            @Nullable Long storedBytes,
            List<String> warnings) {
        public SnapshotSpec {
            sources = Absent.list(sources);
            warnings = Absent.list(warnings);
        }
    }

    /**
     * A source as it is stored.
     *
     * @param name the source's, within its policy
     * @param storedBytes what its archive takes
     * @param plainBytes what was read
     * @param files how many it holds; absent where nobody counted, as in a dump
     * @param compression {@code zstd}, {@code gzip} or {@code none}
     * @param encryption {@code gpg}, {@code aes256}, {@code age} or {@code none}
     * @param keyFingerprints of those who can decrypt it; empty for a password, and for none
     */
    public record StoredSource(
            String name,
            long storedBytes,
            long plainBytes,
            @Nullable Long files,
            String compression,
            String encryption,
            List<String> keyFingerprints) {
        public StoredSource {
            keyFingerprints = Absent.list(keyFingerprints);
        }
    }

    /**
     * What is known about it beside its manifest.
     *
     * @param conditions what is known about it, one condition of each type
     * @param verifiedTime when it was last proven; absent: never
     * @param verifiedLevel how much was proven then
     * @param size what it takes, for people, such as {@code 1.2 GiB}
     */
    public record SnapshotStatus(
            List<Condition> conditions,
            @Nullable Instant verifiedTime,
            @Nullable String verifiedLevel,
            @Nullable String size) {
        public SnapshotStatus {
            conditions = Absent.list(conditions);
        }
    }
}
