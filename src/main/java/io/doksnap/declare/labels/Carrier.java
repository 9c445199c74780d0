package io.doksnap.declare.labels;

import io.doksnap.api.BackupPolicySpec.ComposeSpec;
import io.doksnap.api.BackupPolicySpec.TargetSpec;
import java.util.Map;

/**
 * Something that carries labels: a container, a container of a Compose service, or a Swarm service.
 *
 * @param name of the container or service itself, for messages
 * @param workload what its policies are named after: alike for all that carry the labels of one workload
 * @param target the workload, as a policy names it
 * @param labels all of its labels, ours and others
 * @param containerLabels of a Swarm service: the labels that it gives to its containers, which count as its own; else empty
 * @param imageLabels of a container: those of its image, which it was given unless it says otherwise; a service is not given any
 */
public record Carrier(
        String name,
        String workload,
        TargetSpec target,
        Map<String, String> labels,
        Map<String, String> containerLabels,
        Map<String, String> imageLabels) {

    public Carrier {
        labels = Map.copyOf(labels);
        containerLabels = Map.copyOf(containerLabels);
        imageLabels = Map.copyOf(imageLabels);
    }

    /** The same, made of an image with these labels. */
    public Carrier of(Map<String, String> image) {
        return new Carrier(name, workload, target, labels, containerLabels, image);
    }

    /** Whether any of its labels is ours, and may so be that of its image. */
    public boolean isOurs() {
        return labels.keySet().stream().map(String::strip).anyMatch(Namespace::isOurs);
    }

    /** A container that belongs to nothing larger. */
    public static Carrier container(String name, Map<String, String> labels) {
        return new Carrier(name, name, new TargetSpec(name, null, null, Map.of()), labels, Map.of(), Map.of());
    }

    /** One container of a Compose service, whose policies are named after project and service. */
    public static Carrier compose(String container, String project, String service, Map<String, String> labels) {
        TargetSpec target = new TargetSpec(null, null, new ComposeSpec(project, service), Map.of());
        return new Carrier(container, project + "-" + service, target, labels, Map.of(), Map.of());
    }

    /**
     * A Swarm service, whether it has containers at the moment or not.
     *
     * @param labels of the service
     * @param containerLabels of its {@code ContainerSpec}, where Dokploy's form writes them
     */
    public static Carrier service(String name, Map<String, String> labels, Map<String, String> containerLabels) {
        return new Carrier(name, name, new TargetSpec(null, name, null, Map.of()), labels, containerLabels, Map.of());
    }
}
