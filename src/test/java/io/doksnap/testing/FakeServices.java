package io.doksnap.testing;

import io.doksnap.docker.Container;
import io.doksnap.docker.Container.State;
import io.doksnap.docker.DockerException;
import io.doksnap.docker.DockerException.Kind;
import io.doksnap.docker.Mount;
import io.doksnap.docker.Service;
import io.doksnap.docker.Service.Mode;
import io.doksnap.docker.Services;
import io.doksnap.docker.Task;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Swarm services that are no more than their numbers; the containers of their tasks are among the fake containers, labelled as the real ones are. Faults are those of the
 * containers, told of calls such as {@code scale shop_db 0}.
 */
public final class FakeServices implements Services {
    private static final String NAME_LABEL = "com.docker.swarm.service.name";

    /** The node that this engine is. */
    public static final String NODE = "node1";

    private final FakeContainers containers;
    private final Map<String, Service> byId = new LinkedHashMap<>();
    private final Map<String, List<Task>> tasks = new HashMap<>();
    private final Set<String> failing = new HashSet<>();
    private final Map<String, Integer> lingering = new HashMap<>();
    private Role role = Role.MANAGER;
    private int ids;
    private long versions;
    private Instant time = Instant.parse("2026-11-22T02:00:00Z");

    FakeServices(FakeContainers containers) {
        this.containers = containers;
    }

    /** What the engine is from now on. */
    public void setRole(Role role) {
        this.role = role;
    }

    /** A replicated service that runs. */
    public Service run(String name, long replicas) {
        return add(name, Mode.REPLICATED, replicas, service -> service);
    }

    /** Adds a service, with containers unless it is a job. */
    public Service add(String name, Mode mode, long replicas, UnaryOperator<Service> changed) {
        Service service = changed.apply(new Service(
                "service" + ++ids,
                name,
                mode,
                replicas,
                ++versions,
                tick(),
                Map.of(),
                Map.of(),
                List.of(Mount.volume(name + "-data", "/data")),
                name + ":1",
                Duration.ofSeconds(10)));
        byId.put(service.id(), service);
        staff(service, mode == Mode.GLOBAL ? 1 : replicas);
        return service;
    }

    public Service get(String name) {
        return byName(name).orElseThrow();
    }

    /** All that are there, with their replicas. */
    public Map<String, Long> replicas() {
        Map<String, Long> all = new LinkedHashMap<>();
        byId.values().forEach(service -> all.put(service.name(), service.replicas()));
        return all;
    }

    /** As somebody else would, past all faults. */
    public void scaleByHand(String name, long replicas) {
        become(get(name), replicas, get(name).image());
    }

    /** As Dokploy does: another image, and so many replicas whatever there were. */
    public void redeployByHand(String name, long replicas) {
        Service now = get(name);
        removeTasks(now);
        become(now, replicas, now.image() + "+");
    }

    public void removeByHand(String name) {
        removeTasks(get(name));
        byId.remove(get(name).id());
    }

    /** The tasks of this service end as soon as they are started, from now on. */
    public void fail(String name, boolean fails) {
        if (fails) {
            failing.add(name);
        } else {
            failing.remove(name);
            staff(get(name), get(name).replicas());
        }
    }

    /** Its containers run on after it was scaled down, for so many looks at its tasks. */
    public void linger(String name, int looks) {
        lingering.put(name, looks);
    }

    /** Swarm gives the tasks of a service to other nodes, whose containers nobody sees from here. */
    public void moveTo(String name, String... nodes) {
        Service service = get(name);
        removeTasks(service);
        List<Task> moved = new ArrayList<>();
        for (String node : nodes) {
            moved.add(new Task("task" + ++ids, tick(), true, Task.State.RUNNING, node, moved.size() + 1));
        }
        tasks.put(service.id(), moved);
    }

    /** The nodes that have its tasks go down, and no other is to have them. */
    public void loseNodes(String name) {
        tasks.computeIfPresent(
                get(name).id(),
                (id, had) -> had.stream()
                        .map(task ->
                                new Task(task.id(), task.createdAt(), false, task.state(), task.node(), task.slot()))
                        .toList());
    }

    @Override
    public String node() {
        return role == Role.NONE ? "" : NODE;
    }

    @Override
    public String nodeName(String id) {
        return id + ".example";
    }

    @Override
    public Role role() {
        return role;
    }

    @Override
    public List<Service> all() throws DockerException {
        containers.before("list services");
        return role == Role.MANAGER
                ? byId.values().stream()
                        .sorted(Comparator.comparing(Service::name))
                        .toList()
                : List.of();
    }

    @Override
    public Optional<Service> find(String nameOrId) throws DockerException {
        containers.before("find service " + nameOrId);
        Optional<Service> found = role == Role.MANAGER
                ? Optional.ofNullable(byId.get(nameOrId)).or(() -> byName(nameOrId))
                : Optional.empty();
        containers.after("find service " + nameOrId);
        return found;
    }

    @Override
    public List<Task> tasks(Service service) throws DockerException {
        containers.before("tasks " + service.name());
        if (there(service).replicas() == 0 && lingering.merge(service.name(), -1, Integer::sum) == 0) {
            removeTasks(service);
        }
        return List.copyOf(tasks.getOrDefault(service.id(), List.of()));
    }

    @Override
    public Optional<Service> scale(Service service, long from, long to, Duration within) throws DockerException {
        String call = "scale " + service.name() + " " + to;
        containers.before(call);
        Service now = there(service);
        if (now.mode() != Mode.REPLICATED || now.replicas() != from) {
            return Optional.empty();
        }
        containers.note(call);
        become(now, to, now.image());
        containers.after(call);
        return Optional.of(byId.get(service.id()));
    }

    private void become(Service now, long replicas, String image) {
        Service next = new Service(
                now.id(),
                now.name(),
                now.mode(),
                replicas,
                ++versions,
                tick(),
                now.labels(),
                now.containerLabels(),
                now.mounts(),
                image,
                now.grace());
        byId.put(next.id(), next);
        staff(next, replicas);
    }

    /** Gives it so many tasks. */
    private void staff(Service service, long replicas) {
        if (service.mode() == Mode.JOB) {
            return;
        }
        if (replicas == 0 && lingering.getOrDefault(service.name(), 0) <= 0) {
            removeTasks(service);
        }
        List<Task> all = tasks.computeIfAbsent(service.id(), id -> new ArrayList<>());
        while (all.stream().filter(Task::isUp).count() < replicas) {
            String id = "task" + ++ids;
            boolean fails = failing.contains(service.name());
            all.add(new Task(id, tick(), true, fails ? Task.State.OVER : Task.State.RUNNING, NODE, 1));
            if (fails) {
                return;
            }
            containers.add(
                    service.name() + "." + all.size(),
                    State.RUNNING,
                    made -> new Container(
                            made.id(),
                            made.name(),
                            made.state(),
                            made.startedAt(),
                            0,
                            Container.Health.NONE,
                            false,
                            made.grace(),
                            Map.of(NAME_LABEL, service.name())));
        }
    }

    private void removeTasks(Service service) {
        tasks.remove(service.id());
        containers.removeLabelled(NAME_LABEL, service.name());
    }

    private Instant tick() {
        time = time.plusMillis(1);
        return time;
    }

    private Optional<Service> byName(String name) {
        return byId.values().stream()
                .filter(service -> service.name().equals(name))
                .findFirst();
    }

    private Service there(Service service) throws DockerException {
        Service now = byId.get(service.id());
        if (now == null) {
            throw new DockerException(Kind.NOT_FOUND, "No such service: " + service.name() + ".", null);
        }
        return now;
    }
}
