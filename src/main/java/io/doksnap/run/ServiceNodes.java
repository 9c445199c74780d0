package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.docker.Container;
import io.doksnap.docker.DockerException;
import io.doksnap.docker.Service;
import io.doksnap.docker.Services;
import io.doksnap.docker.Task;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * On which nodes of a Swarm the tasks of a service are. A manager knows all of them, and yet reaches no container and no local volume of another node: one
 * that has the same name here is another one.
 */
final class ServiceNodes {
    /** The remedy that needs nothing else. */
    static final String KEEP_IT_HERE =
            "keep the service on this node (docker service update --constraint-add node.hostname==...)";

    private final Services services;

    ServiceNodes(Services services) {
        this.services = services;
    }

    /** Whether its processes are there, frozen or not. */
    static boolean runs(Container container) {
        return container.isUp() || container.state() == Container.State.PAUSED;
    }

    /**
     * A service and the other nodes that have its tasks; where none runs, those that had the last ones, such as a node that is down or drained. Empty where one
     * of them is on this node, or there was none anywhere, as for a service that was scaled to 0.
     *
     * @param running what runs on this node
     */
    Optional<String> elsewhere(Service service, Collection<Container> running) throws DockerException {
        boolean here = running.stream()
                .anyMatch(container ->
                        container.swarmService().filter(service.name()::equals).isPresent());
        if (here) {
            return Optional.empty();
        }
        List<Task> tasks = services.tasks(service);
        Set<String> nodes = running(tasks);
        String which = " on ";
        if (nodes.isEmpty()) {
            nodes = last(tasks);
            which = ", which runs nowhere now and was last on ";
        }
        return nodes.isEmpty() || nodes.contains(services.node())
                ? Optional.empty()
                : Optional.of(words(service, which, nodes));
    }

    /** Tasks that are paused here are of no use while others of the same service write on; those of a global one have what is of their node alone. */
    void refuseToPause(Service service) throws RunException, DockerException {
        Set<String> nodes = service.mode() == Service.Mode.GLOBAL ? new TreeSet<>() : running(services.tasks(service));
        nodes.removeIf(services.node()::equals);
        if (!nodes.isEmpty()) {
            throw new RunException(
                    Reason.QUIESCE_FAILED,
                    "tasks of " + words(service, " on ", nodes)
                            + " cannot be paused from here, as only those of this node can; use quiesce mode stop,"
                            + " which scales the whole service to 0 and back, or keep the service on this node");
        }
    }

    private static Set<String> running(List<Task> tasks) {
        return tasks.stream()
                .filter(task -> task.wanted() && task.isUp() && !task.node().isEmpty())
                .map(Task::node)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Where the last of each replica was; a global service has one on each node. */
    private static Set<String> last(List<Task> tasks) {
        Map<String, Task> last = new HashMap<>();
        for (Task task : tasks) {
            if (!task.node().isEmpty()) {
                last.merge(
                        task.slot() == 0 ? task.node() : String.valueOf(task.slot()),
                        task,
                        (one, other) -> one.createdAt().isAfter(other.createdAt()) ? one : other);
            }
        }
        return last.values().stream().map(Task::node).collect(Collectors.toCollection(TreeSet::new));
    }

    private String words(Service service, String which, Set<String> nodes) throws DockerException {
        Set<String> names = new TreeSet<>();
        for (String node : nodes) {
            names.add(services.nodeName(node));
        }
        return "service " + service.name() + which + (names.size() == 1 ? "the node " : "the nodes ")
                + String.join(", ", names);
    }
}
