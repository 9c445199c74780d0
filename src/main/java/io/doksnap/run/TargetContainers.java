package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.docker.Container;
import io.doksnap.docker.Containers;
import io.doksnap.docker.DockerException;
import io.doksnap.policy.Target;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds the containers of a policy's target, each time anew: a redeploy puts others in their place. */
final class TargetContainers {
    private static final String SWARM_SERVICE = "com.docker.swarm.service.name";
    private static final String COMPOSE_PROJECT = "com.docker.compose.project";
    private static final String COMPOSE_SERVICE = "com.docker.compose.service";

    private final Containers containers;

    TargetContainers(Containers containers) {
        this.containers = containers;
    }

    /** All of them, running or not; never none. */
    List<Container> all(Target target, Reason otherwise) throws RunException {
        List<Container> found;
        try {
            found = find(target);
        } catch (DockerException e) {
            throw new RunException(otherwise, String.valueOf(e.getMessage()), e);
        }
        if (found.isEmpty()) {
            throw new RunException(
                    otherwise,
                    "there is no container of the target (" + target.summary() + "); `docker ps -a` lists them");
        }
        return found;
    }

    /** The one in which commands run: the first that runs. */
    Container first(Target target) throws RunException {
        List<Container> all = all(target, Reason.HOOK_FAILED);
        return all.stream().filter(Container::isUp).findFirst().orElse(all.get(0));
    }

    private List<Container> find(Target target) throws DockerException {
        if (target instanceof Target.Container container) {
            return containers.find(container.name()).stream().toList();
        } else if (target instanceof Target.Service service) {
            return containers.labelled(Map.of(SWARM_SERVICE, service.name()));
        } else if (target instanceof Target.Compose compose) {
            return containers.labelled(Map.of(COMPOSE_PROJECT, compose.project(), COMPOSE_SERVICE, compose.service()));
        }
        return containers.labelled(((Target.MatchLabels) target).labels());
    }

    /** One by its name. */
    Container named(String name) throws RunException {
        try {
            Optional<Container> found = containers.find(name);
            return found.orElseThrow(() -> new RunException(
                    Reason.HOOK_FAILED, "there is no container " + name + "; `docker ps -a` lists them"));
        } catch (DockerException e) {
            throw new RunException(Reason.HOOK_FAILED, String.valueOf(e.getMessage()), e);
        }
    }
}
