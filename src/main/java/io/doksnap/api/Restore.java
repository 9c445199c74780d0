package io.doksnap.api;

import io.doksnap.api.SecretKeyRef.ValueFrom;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An order to bring data back. It is carried out once; applying it again does nothing.
 *
 * @param status what became of it; absent: nobody has taken it up
 */
public record Restore(
        ObjectMeta metadata, RestoreSpec spec, @Nullable RestoreStatus status) {

    /**
     * What to bring back, and where to.
     *
     * @param snapshot a Snapshot by the name of its resource; absent: one of the policy's
     * @param policy by the name of its resource; needed where no snapshot is named
     * @param at the newest snapshot that is no younger than this, such as {@code 2025-03-30T02:00:00Z}; absent: the newest
     * @param sources by name; empty: all of them
     * @param include globs of paths to bring back, and of a dump into a database of the names of its databases; empty: everything
     * @param target where to
     * @param decryption the private key or password; absent: what the operator has
     * @param dryRun whether to say only what would be done
     * @param destination which of the policy's destinations; absent: the first that has it
     * @param host whose operator does it; absent: the policy's, or that which made the snapshot
     */
    public record RestoreSpec(
            @Nullable String snapshot,
            @Nullable String policy,
            @Nullable String at,
            List<String> sources,
            List<String> include,
            @Nullable RestoreTargetSpec target,
            @Nullable ValueFrom decryption,
            boolean dryRun,
            @Nullable String destination,
            @Nullable String host) {
        public RestoreSpec {
            sources = Absent.list(sources);
            include = Absent.list(include);
        }
    }

    /**
     * Where to; exactly one is set.
     *
     * @param volume a Docker volume by name
     * @param directory an absolute path on the host
     * @param service the workload whose database takes a dump
     * @param inPlace whether to replace what the snapshot was made of; needs an explicit snapshot
     */
    public record RestoreTargetSpec(
            @Nullable String volume,
            @Nullable String directory,
            @Nullable String service,
            boolean inPlace) {}

    /**
     * What became of a restore.
     *
     * @param conditions what is known about it, one condition of each type
     * @param startTime when it began
     * @param completionTime when it ended
     * @param snapshot the id of the one that was chosen
     * @param restoredFiles how many files were brought back
     * @param restoredBytes what they hold
     * @param host whose operator carries it out
     * @param result how it ended; absent: it has not
     * @param progress how far it is; absent: it is not running
     * @param target where it went, or would have gone
     * @param warnings what is worth a look, a sentence each
     * @param attempts how often it was begun: again only where the program ended in the middle of it
     */
    public record RestoreStatus(
            List<Condition> conditions,
            @Nullable Instant startTime,
            @Nullable Instant completionTime,
            @Nullable String snapshot,
            long restoredFiles,
            long restoredBytes,
            List<String> warnings,
            @Nullable String host,
            @Nullable Reason result,
            @Nullable Progress progress,
            @Nullable String target,
            int attempts) {
        public RestoreStatus {
            conditions = Absent.list(conditions);
            warnings = Absent.list(warnings);
        }
    }
}
