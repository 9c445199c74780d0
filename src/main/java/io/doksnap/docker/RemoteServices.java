package io.doksnap.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.docker.DockerException.Kind;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * The services of an engine behind its HTTP API, as raw JSON: a service is only ever changed as a whole, and docker-java's types drop what they do not
 * know, such as capabilities and limits, and fail for all services when one of them is odd.
 */
final class RemoteServices implements Services {
    /** As the engine has it; what else came here would become part of a URL's path. */
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,254}");

    /** Between two changes, when somebody else is always faster. */
    private static final Duration BETWEEN = Duration.ofMillis(50);

    private final EngineHttp http;

    RemoteServices(EngineCalls calls) {
        this.http = new EngineHttp(calls);
    }

    @Override
    public Role role() throws DockerException {
        JsonNode swarm = http.get("say what it is in a Swarm", "/info").path("Swarm");
        if (swarm.path("ControlAvailable").asBoolean()) {
            return Role.MANAGER;
        }
        String state = swarm.path("LocalNodeState").asText();
        return state.isEmpty() || state.equals("inactive") ? Role.NONE : Role.WORKER;
    }

    @Override
    public String node() throws DockerException {
        return http.get("say which node of a Swarm it is", "/info")
                .path("Swarm")
                .path("NodeID")
                .asText();
    }

    /** A socket proxy that lets services be seen need not let nodes be seen, too. */
    @Override
    public String nodeName(String id) throws DockerException {
        if (!NAME.matcher(id).matches()) {
            return id;
        }
        try {
            String name = http.get("look up a node of the Swarm", "/nodes/" + id)
                    .path("Description")
                    .path("Hostname")
                    .asText();
            return name.isEmpty() ? id : name;
        } catch (DockerException e) {
            if (e.kind() == Kind.UNAVAILABLE) {
                throw e;
            }
            return id;
        }
    }

    @Override
    public List<Service> all() throws DockerException {
        if (!isManager()) {
            return List.of();
        }
        List<Service> services = new ArrayList<>();
        for (JsonNode service : http.get("list the Swarm services", "/services")) {
            services.add(ServiceJson.service(service));
        }
        services.sort(Comparator.comparing(Service::name));
        return List.copyOf(services);
    }

    @Override
    public Optional<Service> find(String nameOrId) throws DockerException {
        if (!NAME.matcher(nameOrId).matches()) {
            throw new DockerException(
                    Kind.REFUSED,
                    "\"" + nameOrId.replaceAll("\\p{Cntrl}", "?") + "\" is no name of a Swarm service: letters, digits,"
                            + " '_', '.' or '-', and the first a letter or digit.",
                    null);
        }
        if (!isManager()) {
            return Optional.empty();
        }
        // The engine also takes the beginning of an id, and a name can look like one.
        return http.find("look up the Swarm service " + nameOrId, "/services/" + nameOrId)
                .map(ServiceJson::service)
                .filter(found -> found.name().equals(nameOrId) || found.id().equals(nameOrId));
    }

    @Override
    public List<Task> tasks(Service service) throws DockerException {
        String filter = URLEncoder.encode("{\"service\":[\"" + service.id() + "\"]}", StandardCharsets.UTF_8);
        List<Task> tasks = new ArrayList<>();
        for (JsonNode task : http.get("list the tasks of service " + service.name(), "/tasks?filters=" + filter)) {
            tasks.add(ServiceJson.task(task));
        }
        return List.copyOf(tasks);
    }

    @Override
    public Optional<Service> scale(Service service, long from, long to, Duration within) throws DockerException {
        long end = System.nanoTime() + within.toNanos();
        while (true) {
            JsonNode now = raw(service);
            Service found = ServiceJson.service(now);
            if (found.mode() != Service.Mode.REPLICATED || found.replicas() != from) {
                return Optional.empty();
            }
            try {
                Duration left = Duration.ofNanos(Math.max(1, end - System.nanoTime()));
                JsonNode ignored = http.post(
                        "scale service " + service.name() + " to " + to,
                        "/services/" + service.id() + "/update?version=" + found.version(),
                        scaled(now, to),
                        left);
                return Optional.of(ServiceJson.service(raw(service)));
            } catch (DockerException e) {
                if (e.kind() != Kind.REFUSED) {
                    throw e;
                }
                Service after = ServiceJson.service(raw(service));
                boolean changed = after.version() != found.version();
                // A manager or a proxy may call what was done a failure: then it is as it was asked for.
                if (changed && after.replicas() == to) {
                    return Optional.of(after);
                }
                // Somebody else was faster: then it has another version now, and no other sign of it is to be relied
                // on.
                if (!changed || System.nanoTime() >= end) {
                    throw e;
                }
                pause();
            }
        }
    }

    private JsonNode raw(Service service) throws DockerException {
        return http.get("look up the Swarm service " + service.name(), "/services/" + service.id());
    }

    /** All of the specification as it is, but for that number. */
    private static JsonNode scaled(JsonNode service, long replicas) {
        ObjectNode spec = service.path("Spec").deepCopy();
        ((ObjectNode) spec.path("Mode").path("Replicated")).put("Replicas", replicas);
        return spec;
    }

    private static void pause() throws DockerException {
        try {
            boolean ignored = new CountDownLatch(1).await(BETWEEN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DockerException(Kind.UNAVAILABLE, "Interrupted while scaling a service.", e);
        }
    }
}
