package io.doksnap.api;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A declaration of what to protect and how.
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
     * @param conditions what is known about it, one condition of each type
     * @param target the workload in a few words
     * @param schedule the cron expression that counts
     * @param lastSuccessTime the nominal time of the newest good backup; absent: there is none
     * @param lastResult how the newest finished run ended
     * @param lastStoredBytes the stored size of the newest good backup
     * @param nextRunTime when it starts next by itself
     * @param lastSize the same as {@code lastStoredBytes} for people, such as {@code 1.2 GiB}
     * @param lastBackup the newest finished run, by the name of its Backup
     * @param lastScheduleTime the nominal time of the newest run that was created by schedule
     * @param scheduledSince from when on runs are due: since it was created or resumed, or its schedule changed
     * @param scheduledAs the schedule that counts since then, in the operator's own words; absent: it does not run by itself
     * @param lastVerifyTime when what is stored was last looked at by schedule
     * @param nextVerifyTime when that happens next
     * @param snapshots how many snapshots there are in the first destination
     * @param storedAs the name under which its snapshots are stored, which stays; absent: it was never ready to be carried out
     */
    public record BackupPolicyStatus(
            long observedGeneration,
            List<Condition> conditions,
            @Nullable String target,
            @Nullable String schedule,
            @Nullable Instant lastSuccessTime,
            @Nullable Reason lastResult,
            @Nullable Long lastStoredBytes,
            @Nullable Instant nextRunTime,
            @Nullable String lastSize,
            @Nullable String lastBackup,
            @Nullable Instant lastScheduleTime,
            @Nullable Instant scheduledSince,
            @Nullable String scheduledAs,
            @Nullable Instant lastVerifyTime,
            @Nullable Instant nextVerifyTime,
            @Nullable Integer snapshots,
            @Nullable String storedAs) {
        public BackupPolicyStatus {
            conditions = Absent.list(conditions);
        }
    }
}
