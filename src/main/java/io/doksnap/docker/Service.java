package io.doksnap.docker;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A Swarm service as a manager had it a moment ago.
 *
 * @param id never given to another service, other than the name
 * @param replicas how many tasks there are to be; 0 where the mode does not say
 * @param version is another one after each change of whatever kind
 * @param updatedAt when it was last changed, by the managers' clock
 * @param labels of the service itself
 * @param containerLabels which its tasks' containers are given ({@code ContainerSpec.Labels}); Dokploy's form writes these
 * @param mounts of each of its tasks, in the order of their destinations
 * @param image its name, with a tag or digest
 * @param grace how long a task is given to stop by itself before it is killed
 */
public record Service(
        String id,
        String name,
        Mode mode,
        long replicas,
        long version,
        Instant updatedAt,
        Map<String, String> labels,
        Map<String, String> containerLabels,
        List<Mount> mounts,
        String image,
        Duration grace) {

    public Service {
        labels = Map.copyOf(labels);
        containerLabels = Map.copyOf(containerLabels);
        mounts = List.copyOf(mounts);
    }

    /** How many tasks a service has. */
    public enum Mode {
        /** As many as it says, which can be changed. */
        REPLICATED,
        /** One on each node. */
        GLOBAL,
        /** They run to their end, once; or it is a mode of a future engine. */
        JOB
    }
}
