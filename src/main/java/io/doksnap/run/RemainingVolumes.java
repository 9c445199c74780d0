package io.doksnap.run;

import io.doksnap.policy.Source;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The named volumes of a target that none of a policy's other sources reads. */
final class RemainingVolumes {
    private RemainingVolumes() {}

    /**
     * Each of them as a source of its own, under its short name unless another source has that.
     *
     * @param others the policy's other sources, with their volumes' whole names
     */
    static List<Source.Volume> of(Source.OtherVolumes rest, List<Source> others, TargetMounts mounts)
            throws RunException {
        if (!mounts.hasNamed() && !others.isEmpty()) {
            return List.of();
        }
        Set<String> names = new HashSet<>();
        Set<String> taken = new HashSet<>();
        for (Source other : others) {
            names.add(other.name());
            if (other instanceof Source.Volume volume) {
                taken.add(volume.volume());
            }
        }
        List<Source.Volume> volumes = new ArrayList<>();
        for (Map.Entry<String, String> named : mounts.named().entrySet()) {
            if (!taken.contains(named.getValue())) {
                String name = names.add(named.getKey()) ? named.getKey() : SourceName.of(named.getValue());
                volumes.add(new Source.Volume(name, named.getValue(), rest.exclude()));
            }
        }
        return volumes;
    }
}
