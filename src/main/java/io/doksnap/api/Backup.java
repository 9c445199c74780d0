package io.doksnap.api;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One run of a policy, by schedule or by a person. Its name is the policy's and its nominal time, so that a run cannot be
 * created twice.
 *
 * @param status what became of it; absent: nobody has taken it up
 */
public record Backup(
        ObjectMeta metadata, BackupSpec spec, @Nullable BackupStatus status) {

    /**
     * What to run.
     *
     * @param policy by the name of its resource, in the same namespace
     * @param nominalTime when it was due, however late it started; absent: when it was created
     */
    public record BackupSpec(
            @Nullable String policy, @Nullable Instant nominalTime) {}

    /**
     * What became of a run.
     *
     * @param attempts how often it was tried so far
     * @param stored one entry for each destination that it reached
     * @param warnings what is worth a look, a sentence each
     */
    public record BackupStatus(
            List<Condition> conditions,
            @Nullable Instant startTime,
            @Nullable Instant completionTime,
            int attempts,
            List<Stored> stored,
            List<String> warnings) {
        public BackupStatus {
            conditions = Absent.list(conditions);
            stored = Absent.list(stored);
            warnings = Absent.list(warnings);
        }
    }

    /** A snapshot that was committed in one destination. */
    public record Stored(String destination, String snapshot, long storedBytes) {}
}
