package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.docker.Container;
import io.doksnap.docker.DockerEngine;
import io.doksnap.docker.DockerException;
import io.doksnap.docker.Mount;
import io.doksnap.docker.Service;
import io.doksnap.policy.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Looks what a target mounts: its containers, and its Swarm services, which may have no container just now. */
final class TargetLook {
    /** How Swarm marks what is different in each task. */
    private static final String TEMPLATE = "{{";

    private final DockerEngine docker;

    TargetLook(DockerEngine docker) {
        this.docker = docker;
    }

    /** What it mounts; a target of which nothing is there fails as {@link Reason#NO_MATCHING_TARGETS}. */
    TargetMounts mounts(Target target) throws RunException {
        List<Service> services = services(target);
        // What a service says of itself is what its next tasks will have; the containers of earlier ones lag behind.
        Set<String> plain = services.stream()
                .filter(service ->
                        service.mounts().stream().map(Mount::source).noneMatch(source -> source.contains(TEMPLATE)))
                .map(Service::name)
                .collect(Collectors.toSet());
        List<Container> containers = new ArrayList<>(containers(target, services.isEmpty()));
        List<Container> running = containers.stream().filter(ServiceNodes::runs).toList();
        containers.removeIf(
                container -> container.swarmService().filter(plain::contains).isPresent());
        TargetMounts mounts = TargetMounts.of(target, containers);
        for (Service service : services) {
            mounts.with(
                    service.name(), service.labels(), plain.contains(service.name()) ? service.mounts() : List.of());
        }
        noteElsewhere(mounts, services, running);
        return mounts;
    }

    /** What a container of this node uses is here, whatever other nodes have. */
    private void noteElsewhere(TargetMounts mounts, List<Service> services, List<Container> running)
            throws RunException {
        Set<String> here = running.stream()
                .flatMap(container -> container.mounts().stream())
                .map(Mount::source)
                .collect(Collectors.toSet());
        ServiceNodes nodes = new ServiceNodes(docker.services());
        for (Service service : services) {
            List<Mount> used = service.mounts().stream()
                    .filter(mount -> !here.contains(mount.source()))
                    .toList();
            try {
                if (!used.isEmpty()) {
                    nodes.elsewhere(service, running).ifPresent(user -> mounts.elsewhere(used, user));
                }
            } catch (DockerException e) {
                throw Volumes.unavailable(e);
            }
        }
    }

    private List<Service> services(Target target) throws RunException {
        try {
            if (target instanceof Target.Service service) {
                Optional<Service> found = docker.services().find(service.name());
                return found.stream().toList();
            }
            if (target instanceof Target.MatchLabels match) {
                return docker.services().all().stream()
                        .filter(service -> has(service.labels(), match) || has(service.containerLabels(), match))
                        .toList();
            }
            return List.of();
        } catch (DockerException e) {
            throw Volumes.unavailable(e);
        }
    }

    private static boolean has(Map<String, String> labels, Target.MatchLabels match) {
        return labels.entrySet().containsAll(match.labels().entrySet());
    }

    private List<Container> containers(Target target, boolean needed) throws RunException {
        try {
            return new TargetContainers(docker).all(target, Reason.NO_MATCHING_TARGETS);
        } catch (RunException e) {
            if (e.getCause() instanceof DockerException failure) {
                throw Volumes.unavailable(failure);
            }
            if (needed) {
                throw e;
            }
            return List.of();
        }
    }
}
