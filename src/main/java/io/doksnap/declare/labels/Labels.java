package io.doksnap.declare.labels;

import io.doksnap.policy.AllowedPaths;
import java.time.ZoneId;
import java.util.List;

/** Reads labels into policies. The same labels always give the same policies. */
public final class Labels {
    /**
     * Creates a reader.
     *
     * @param defaultZone the zone of policies that name none
     * @param allowedPaths which directories of the host may be sources
     * @param everything whether a carrier without any label of ours has a default policy, too ({@code docker.labels: opt-out});
     *     the caller asks only for those that have data
     */
    public Labels(ZoneId defaultZone, AllowedPaths allowedPaths, boolean everything) {}

    /**
     * The policies of one carrier: none where it has no label of ours or nearly ours; the default first, the others by name.
     */
    public List<LabelPolicy> read(Carrier carrier) {
        return List.of();
    }

    /**
     * Makes one of the policies that several carriers of one workload declare alike, such as the containers of a Compose
     * service. Where they disagree, the one that is left says so.
     */
    public static List<LabelPolicy> merge(List<LabelPolicy> policies) {
        return List.copyOf(policies);
    }
}
