package io.doksnap.app.objects;

import io.doksnap.api.BackupPolicy;
import io.doksnap.api.BackupPolicySpec.ComposeSpec;
import io.doksnap.api.BackupPolicySpec.TargetSpec;
import io.doksnap.docker.Container;
import io.doksnap.docker.HelperContainers;
import io.doksnap.docker.Holders;
import io.doksnap.docker.Mount;
import io.doksnap.docker.Service;
import io.doksnap.docker.Volume;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A workload that has data and no policy.
 *
 * @param kind {@code container}, {@code compose} or {@code service}
 * @param name the container's or the service's; {@code PROJECT/SERVICE} for Compose
 * @param volumes the named volumes that it mounts, sorted
 */
public record Unprotected(String kind, String name, List<String> volumes) {
    private static final String PROJECT = "com.docker.compose.project";
    private static final String SERVICE = "com.docker.compose.service";
    private static final String ENABLE = "doksnap.enable";

    public Unprotected {
        volumes = List.copyOf(volumes);
    }

    /**
     * Those that are left when everything is taken away that a policy names, by its target or as a volume, or that says itself that it wants none.
     *
     * @param services those of the swarm, with or without containers; empty where there is none
     */
    public static List<Unprotected> of(
            Collection<Container> containers, Collection<Service> services, Collection<BackupPolicy> policies) {
        Map<String, Workload> workloads = new TreeMap<>();
        for (Service service : services) {
            Workload workload = workload(workloads, "service", service.name());
            workload.add(service.mounts(), service.labels());
            workload.add(List.of(), service.containerLabels());
        }
        for (Container container : containers) {
            if (container.swarmService().isEmpty() && !isOurs(container)) {
                String project = container.labels().get(PROJECT);
                String service = container.labels().get(SERVICE);
                Workload workload = project == null || service == null
                        ? workload(workloads, "container", container.name())
                        : workload(workloads, "compose", project + "/" + service);
                workload.add(container.mounts(), container.labels());
                workload.containers.add(container.name());
            }
        }
        return workloads.values().stream()
                .filter(workload -> !workload.volumes.isEmpty() && !workload.refuses())
                .filter(workload -> policies.stream().noneMatch(workload::isOf))
                .map(workload -> new Unprotected(workload.kind, workload.name, List.copyOf(workload.volumes)))
                .sorted(Comparator.comparing(Unprotected::name).thenComparing(Unprotected::kind))
                .toList();
    }

    /** What reads and keeps volumes for a while has no data of its own. */
    private static boolean isOurs(Container container) {
        return container.labels().containsKey(HelperContainers.LABEL)
                || container.labels().containsKey(Holders.LABEL);
    }

    private static Workload workload(Map<String, Workload> workloads, String kind, String name) {
        return workloads.computeIfAbsent(kind + " " + name, key -> new Workload(kind, name));
    }

    /** All of what a person sees as one. */
    private static final class Workload {
        private final String kind;
        private final String name;
        private final Set<String> volumes = new TreeSet<>();
        private final Set<String> containers = new TreeSet<>();
        private final List<Map<String, String>> labels = new ArrayList<>();

        Workload(String kind, String name) {
            this.kind = kind;
            this.name = name;
        }

        void add(Collection<Mount> mounts, Map<String, String> found) {
            mounts.stream()
                    .filter(Unprotected::isNamedVolume)
                    .map(Mount::source)
                    .forEach(volumes::add);
            labels.add(found);
        }

        boolean refuses() {
            return labels.stream()
                    .map(found -> found.getOrDefault(ENABLE, "").strip().toLowerCase(Locale.ROOT))
                    .anyMatch(Set.of("false", "no", "off")::contains);
        }

        boolean isOf(BackupPolicy policy) {
            TargetSpec target = policy.spec().target();
            boolean named = policy.spec().sources().stream()
                    .anyMatch(source -> source.volume() != null && volumes.contains(source.volume()));
            return named || (target != null && isTarget(target));
        }

        private boolean isTarget(TargetSpec target) {
            if (target.container() != null && containers.contains(target.container())) {
                return true;
            }
            if (target.service() != null && kind.equals("service") && name.equals(target.service())) {
                return true;
            }
            ComposeSpec compose = target.compose();
            if (compose != null && kind.equals("compose")) {
                return name.equals(compose.project() + "/" + compose.service());
            }
            return !target.matchLabels().isEmpty()
                    && labels.stream()
                            .map(HashMap::new)
                            .anyMatch(found -> found.entrySet()
                                    .containsAll(target.matchLabels().entrySet()));
        }
    }

    /** Whether it is a volume that somebody gave a name, and so wants to keep. */
    static boolean isNamedVolume(Mount mount) {
        return mount.type() == Mount.Type.VOLUME && !mount.source().isEmpty() && !Volume.isAnonymous(mount.source());
    }
}
