package io.doksnap.api;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A declaration of what to protect and how; see {@link BackupPolicySpec}.
 *
 * @param spec exactly as it was written
 * @param status what the operator knows about it; absent: nothing yet
 */
public record BackupPolicy(
        ObjectMeta metadata,
        BackupPolicySpec spec,
        @Nullable BackupPolicyStatus status) {

    /** A policy that no operator has seen yet. */
    public BackupPolicy(ObjectMeta metadata, BackupPolicySpec spec) {
        this(metadata, spec, null);
    }

    /**
     * What the operator knows about a policy.
     *
     * @param observedGeneration which version of the spec it has acted upon
     * @param target the workload in a few words
     * @param schedule the cron expression that counts
     * @param lastSuccessTime the nominal time of the newest good backup; absent: there is none
     * @param lastResult how the newest finished run ended
     * @param lastStoredBytes the stored size of the newest good backup
     * @param nextRunTime when it starts next by itself
     */
    public record BackupPolicyStatus(
            long observedGeneration,
            List<Condition> conditions,
            @Nullable String target,
            @Nullable String schedule,
            @Nullable Instant lastSuccessTime,
            @Nullable Reason lastResult,
            @Nullable Long lastStoredBytes,
            @Nullable Instant nextRunTime) {
        public BackupPolicyStatus {
            conditions = Absent.list(conditions);
        }
    }
}
