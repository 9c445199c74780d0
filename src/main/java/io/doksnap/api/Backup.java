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
     * @param conditions what is known about it, one condition of each type
     * @param host whose operator carries it out
     * @param startTime when it began
     * @param completionTime when it ended
     * @param attempts how often it was tried so far
     * @param nextAttemptTime when it is tried again; absent: it is not, or is being tried
     * @param result how it ended; absent: it has not
     * @param progress how far it is; absent: it is not running
     * @param stored one entry for each destination that it reached
     * @param size what it takes in the first of them, for people, such as {@code 1.2 GiB}
     * @param warnings what is worth a look, a sentence each
     * @param hooks what hooks printed that succeeded; how others failed stands in a message
     * @param missed one entry for each destination that does not have it, of a run that reached others
     */
    public record BackupStatus(
            List<Condition> conditions,
            @Nullable String host,
            @Nullable Instant startTime,
            @Nullable Instant completionTime,
            int attempts,
            @Nullable Instant nextAttemptTime,
            @Nullable Reason result,
            @Nullable Progress progress,
            List<Stored> stored,
            @Nullable String size,
            List<String> warnings,
            List<HookOutput> hooks,
            List<Missed> missed) {
        public BackupStatus {
            conditions = Absent.list(conditions);
            stored = Absent.list(stored);
            warnings = Absent.list(warnings);
            hooks = Absent.list(hooks);
            missed = Absent.list(missed);
        }
    }

    /**
     * What a hook printed.
     *
     * @param hook when it ran and what it is, in a few words
     * @param output the end of it, where it is long
     */
    public record HookOutput(String hook, String output) {}

    /**
     * A snapshot that was committed in one destination.
     *
     * @param destination by its name
     * @param snapshot its id within the policy and host
     * @param storedBytes what it takes there
     */
    public record Stored(String destination, String snapshot, long storedBytes) {}

    /**
     * A destination that does not have the snapshot.
     *
     * @param destination by its name
     * @param reason why it does not
     * @param message what, where and what to do about it
     */
    public record Missed(String destination, Reason reason, String message) {

        /** The same as one of the warnings. */
        public String warning() {
            return destination + " does not have it (" + reason + "): " + message;
        }
    }
}
