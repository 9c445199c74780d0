package io.doksnap.operator;

import io.doksnap.api.BackupPolicy.BackupPolicyStatus;
import io.doksnap.api.Condition;
import io.doksnap.api.Reason;
import io.doksnap.policy.PolicyResult;
import io.doksnap.run.WorkloadReport;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * All that is decided about a policy is decided from this.
 *
 * @param name of the object
 * @param created when the object was
 * @param generation of its spec
 * @param before what was known of it; empty: nobody has looked at it yet
 * @param outline what a person recognises it by where it makes no sense
 * @param backups its Backups, in any order
 * @param troubles why it cannot be used as it stands, besides its spec: a key, a destination; the worst first
 * @param uncovered what the last run found that no source backs up
 * @param workload what an earlier run left stopped and could not be brought back since; empty: nothing
 * @param revived whether a crash had left its workload stopped, and all of it runs again
 * @param snapshots what lies in its destinations, as far as somebody has looked
 * @param verification what verification found since it was looked at last
 * @param verifying whether a verification is under way
 */
record PolicyFacts(
        String name,
        Instant created,
        long generation,
        Optional<BackupPolicyStatus> before,
        PolicyResult reading,
        Outline outline,
        List<BackupSeen> backups,
        List<Trouble> troubles,
        Optional<String> uncovered,
        Optional<WorkloadReport.Trouble> workload,
        boolean revived,
        Optional<SnapshotsSeen> snapshots,
        Optional<Verification> verification,
        boolean verifying) {

    PolicyFacts {
        backups = List.copyOf(backups);
        troubles = List.copyOf(troubles);
    }

    /**
     * What verification found.
     *
     * @param at when it ended
     * @param verified whether what is stored is whole; unknown where it could not be told
     */
    record Verification(Instant at, Condition.Status verified, Reason reason, String message) {}

    /** Why a policy cannot be used as it stands. */
    record Trouble(Reason reason, String message) {}

    /**
     * What was seen in the destinations.
     *
     * @param count in the first of them
     * @param newest when the newest of them all began; empty: there is none
     */
    record SnapshotsSeen(int count, Optional<Instant> newest) {}
}
