package io.doksnap.run;

import io.doksnap.snapshot.OriginalArchive;
import io.doksnap.snapshot.RetentionPlan;
import io.doksnap.snapshot.SnapshotFolder;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a prune does, or would do.
 *
 * @param retention what becomes of each snapshot
 * @param unfinished the folders of runs of this identity that ended long ago without a snapshot; they go, too
 * @param foreign how many snapshots of other hosts or namespaces were seen, and are left alone
 * @param otherHosts the hosts that have any
 */
public record PrunePlan(RetentionPlan retention, List<SnapshotFolder> unfinished, int foreign, Set<String> otherHosts) {
    public PrunePlan {
        unfinished = List.copyOf(unfinished);
        otherHosts = Set.copyOf(otherHosts);
    }

    /** Why archives of the original program stay that would go; complete for a person to read. Empty where there are none. */
    public Optional<String> refusal() {
        List<OriginalArchive> held = retention.held();
        if (held.isEmpty()) {
            return Optional.empty();
        }
        String prune = "`doksnap prune " + held.get(0).app();
        String whose = otherHosts.isEmpty()
                ? ""
                : "; " + String.join(", ", new TreeSet<>(otherHosts)) + (otherHosts.size() == 1 ? " keeps" : " keep")
                        + " snapshots of this name here, too, so confirm only on the host whose archives they are";
        return Optional.of((held.size() == 1
                        ? "1 archive of the original program is due and stays"
                        : held.size() + " archives of the original program are due and stay")
                + " until a person has confirmed that such archives may go: " + prune + " --dry-run` shows them, "
                + prune
                + " --confirm` removes them" + whose);
    }
}
