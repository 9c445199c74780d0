package io.doksnap.run;

import io.doksnap.snapshot.RetentionPlan;
import io.doksnap.snapshot.SnapshotFolder;
import java.util.List;

/**
 * What a prune does, or would do.
 *
 * @param retention what becomes of each snapshot
 * @param unfinished the folders of runs of this identity that ended long ago without a snapshot; they go, too
 * @param foreign how many snapshots of other hosts or namespaces were seen, and are left alone
 */
public record PrunePlan(RetentionPlan retention, List<SnapshotFolder> unfinished, int foreign) {
    public PrunePlan {
        unfinished = List.copyOf(unfinished);
    }
}
