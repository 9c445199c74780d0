package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.docker.Container;
import io.doksnap.docker.Containers;
import io.doksnap.docker.DockerEngine;
import io.doksnap.docker.DockerException;
import io.doksnap.docker.Service;
import io.doksnap.docker.Services;
import io.doksnap.policy.Quiesce;
import io.doksnap.policy.Target;
import io.doksnap.run.JournalEntry.Action;
import io.doksnap.run.JournalEntry.Kind;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Finds the containers and services of a policy's target, each time anew: a redeploy puts others in their place. */
final class TargetContainers {
    private static final String COMPOSE_PROJECT = "com.docker.compose.project";
    private static final String COMPOSE_SERVICE = "com.docker.compose.service";

    private final Containers containers;
    private final Services services;

    TargetContainers(DockerEngine docker) {
        this.containers = docker.containers();
        this.services = docker.services();
    }

    /** What is kept still: a container, or a service in the place of its tasks. */
    record Part(Kind kind, String name) {}

    /** All of the target that can be stopped or paused: services that have no task now among it, and never nothing. */
    List<Part> parts(Target target, Action action) throws RunException {
        if (target instanceof Target.Service service) {
            return List.of(new Part(Kind.SERVICE, service.name()));
        } else if (target instanceof Target.Container container) {
            return List.of(new Part(Kind.CONTAINER, container.name()));
        }
        Set<Part> parts = new LinkedHashSet<>();
        try {
            if (target instanceof Target.MatchLabels match) {
                for (Service service : services.all()) {
                    if (has(service, match.labels()) && action == Action.STOP) {
                        parts.add(new Part(Kind.SERVICE, service.name()));
                    } else if (has(service, match.labels())) {
                        new ServiceNodes(services).refuseToPause(service);
                    }
                }
            }
            for (Container container : find(target)) {
                Optional<String> service = action == Action.STOP ? container.swarmService() : Optional.empty();
                parts.add(service.map(name -> new Part(Kind.SERVICE, name))
                        .orElse(new Part(Kind.CONTAINER, container.name())));
            }
        } catch (DockerException e) {
            throw new RunException(Reason.QUIESCE_FAILED, String.valueOf(e.getMessage()), e);
        }
        if (parts.isEmpty()) {
            throw none(target, Reason.QUIESCE_FAILED);
        }
        return List.copyOf(parts);
    }

    /** Everything that a run stops, pauses or works in, as far as that can be told, each under one name whatever it is asked for by. */
    Set<String> touched(Workload.Plan plan) {
        Set<String> asked = new TreeSet<>();
        boolean quiesced = plan.quiesce().mode() != Quiesce.Mode.NONE;
        Set<String> touched = new TreeSet<>();
        if (plan.target().isPresent()
                && (quiesced || plan.works() || !plan.hooks().isEmpty())) {
            try {
                for (Part part : parts(plan.target().get(), Action.STOP)) {
                    if (part.kind() == Kind.SERVICE) {
                        touched.add(Kind.SERVICE.word() + " " + part.name());
                    } else {
                        asked.add(part.name());
                    }
                }
            } catch (RunException e) {
                // What is not there is not touched either; whoever needs it says so.
                touched.add(plan.target().get().summary());
            }
        }
        if (quiesced) {
            asked.addAll(plan.quiesce().with());
        }
        asked.addAll(WorkloadHooks.names(plan.hooks()));
        asked.forEach(name -> touched.add(oneName(name)));
        return touched;
    }

    /** What a container or service is known by, whatever it is asked for by. */
    String oneName(String name) {
        try {
            Optional<Container> container = containers.find(name);
            Optional<String> service = container.isPresent()
                    ? container.get().swarmService()
                    : services.find(name).map(Service::name);
            return service.map(found -> Kind.SERVICE.word() + " " + found).orElse(Kind.CONTAINER.word() + " " + name);
        } catch (DockerException e) {
            return Kind.CONTAINER.word() + " " + name;
        }
    }

    /** Which of its containers run on this node. */
    List<Container> up(Target target) throws RunException {
        try {
            return find(target).stream().filter(Container::isUp).toList();
        } catch (DockerException e) {
            throw new RunException(Reason.QUIESCE_FAILED, String.valueOf(e.getMessage()), e);
        }
    }

    private static boolean has(Service service, Map<String, String> labels) {
        return service.labels().entrySet().containsAll(labels.entrySet())
                || service.containerLabels().entrySet().containsAll(labels.entrySet());
    }

    /** All of its containers, running or not; never none. */
    List<Container> all(Target target, Reason otherwise) throws RunException {
        List<Container> found;
        try {
            found = find(target);
        } catch (DockerException e) {
            throw new RunException(otherwise, String.valueOf(e.getMessage()), e);
        }
        if (found.isEmpty()) {
            throw none(target, otherwise);
        }
        return found;
    }

    private RunException none(Target target, Reason reason) {
        String why = target instanceof Target.Service service ? whereItIs(service.name()) : "";
        return new RunException(
                reason,
                "there is no container of the target (" + target.summary() + ") on this node"
                        + (why.isEmpty() ? "; `docker ps -a` lists what there is" : why));
    }

    /** Why a service has nothing here, and what to do about it; empty where nothing tells that. */
    private String whereItIs(String name) {
        try {
            Optional<Service> service = services.find(name);
            if (service.isEmpty()) {
                return services.role() == Services.Role.WORKER
                        ? ", which is a worker of the Swarm and knows only its own tasks; `docker service ps " + name
                                + "` on a manager lists the nodes that have some"
                        : "";
            }
            Optional<String> nodes = new ServiceNodes(services).elsewhere(service.get(), List.of());
            return nodes.map(there -> ", as its tasks are elsewhere: " + there + "; " + ServiceNodes.KEEP_IT_HERE
                            + ", or run DokSnapShotter on that one")
                    .orElse(", as the service has no task that runs; `docker service ps " + name + "` lists them");
        } catch (DockerException e) {
            return "";
        }
    }

    /** The one in which commands run: the first that runs. */
    Container first(Target target) throws RunException {
        return running(all(target, Reason.HOOK_FAILED));
    }

    private static Container running(List<Container> some) {
        return some.stream().filter(Container::isUp).findFirst().orElse(some.get(0));
    }

    private List<Container> find(Target target) throws DockerException {
        if (target instanceof Target.Container container) {
            return containers.find(container.name()).stream().toList();
        } else if (target instanceof Target.Service service) {
            return containers.labelled(Map.of(Container.SWARM_SERVICE, service.name()));
        } else if (target instanceof Target.Compose compose) {
            return containers.labelled(Map.of(COMPOSE_PROJECT, compose.project(), COMPOSE_SERVICE, compose.service()));
        }
        return containers.labelled(((Target.MatchLabels) target).labels());
    }

    /** One by its name; that of a service stands for the first of its tasks that runs here. */
    Container named(String name) throws RunException {
        try {
            Optional<Container> found = containers.find(name);
            if (found.isPresent()) {
                return found.get();
            }
            List<Container> tasks = find(new Target.Service(name));
            if (!tasks.isEmpty()) {
                return running(tasks);
            }
            throw new RunException(
                    Reason.HOOK_FAILED,
                    services.find(name).isEmpty()
                            ? "there is no container " + name + "; `docker ps -a` lists them"
                            : "there is no container of service " + name + " on this node" + whereItIs(name));
        } catch (DockerException e) {
            throw new RunException(Reason.HOOK_FAILED, String.valueOf(e.getMessage()), e);
        }
    }
}
