package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.docker.Container;
import io.doksnap.docker.DockerEngine;
import io.doksnap.docker.DockerException;
import io.doksnap.docker.Service;
import io.doksnap.policy.Hook;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What hooks do to Swarm services besides keeping them still. A service that is stopped by nobody's journal would stay so for ever, and how many replicas one without any is to
 * have is written nowhere: so these are refused.
 */
final class ServiceHooks {
    private final DockerEngine docker;

    ServiceHooks(DockerEngine docker) {
        this.docker = docker;
    }

    /** Carries out a hook if it names a service; whether it did. */
    boolean act(Hook.Docker hook) throws RunException, DockerException {
        if (docker.containers().find(hook.container()).isPresent()) {
            return false;
        }
        Optional<Service> found = docker.services().find(hook.container());
        if (found.isEmpty()) {
            return false;
        }
        Service service = found.get();
        switch (hook.action()) {
            case START -> {
                if (service.replicas() == 0 && service.mode() == Service.Mode.REPLICATED) {
                    throw refused(service, "has 0 replicas, and no hook of this run has scaled it down");
                }
            }
            case UNPAUSE -> {
                for (Container task : tasks(service)) {
                    if (task.state() == Container.State.PAUSED) {
                        docker.containers().unpause(task);
                    }
                }
            }
            case KILL -> {
                for (Container task : tasks(service)) {
                    docker.containers().kill(task, hook.signal().orElse("KILL"));
                }
            }
            case STOP, PAUSE -> throw refused(service, "would stay so: nothing follows that brings it back");
            case RESTART -> throw refused(service, "is restarted by docker service update --force");
        }
        return true;
    }

    private List<Container> tasks(Service service) throws DockerException {
        return docker.containers().labelled(Map.of(Container.SWARM_SERVICE, service.name()));
    }

    private static RunException refused(Service service, String why) {
        return new RunException(Reason.HOOK_FAILED, "service " + service.name() + " " + why);
    }
}
