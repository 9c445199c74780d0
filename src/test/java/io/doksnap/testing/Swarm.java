package io.doksnap.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.dockerjava.transport.DockerHttpClient.Request;
import com.github.dockerjava.transport.DockerHttpClient.Response;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The Swarm of the tests' engine, talked to as a stranger would, in raw JSON. What it creates is gone, with its tasks and volumes, when it is closed; the
 * Swarm itself is begun once and stays.
 *
 * <p>Its managers listen on a loopback address of their own, so that several engines of one machine can each have a Swarm. Tasks are given no network: that takes
 * neither a bridge nor iptables.
 */
public final class Swarm implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final int OK = 300;

    private final ZerodepDockerHttpClient http;
    private final Set<String> services = new LinkedHashSet<>();
    private final Set<String> volumes = new LinkedHashSet<>();
    private final Set<String> images = new LinkedHashSet<>();

    private Swarm(URI host) {
        http = new ZerodepDockerHttpClient.Builder().dockerHost(host).build();
    }

    /** An answer of the engine's. */
    public record Answer(int status, String body) {
        public JsonNode json() {
            return parse(body);
        }

        boolean isGood() {
            return status < OK;
        }
    }

    /** Makes an engine a manager, unless it is one. */
    public static Swarm at(URI host) {
        Swarm swarm = new Swarm(host);
        if (!swarm.isManager()) {
            ThreadLocalRandom random = ThreadLocalRandom.current();
            String address = "127." + random.nextInt(1, 250) + "." + random.nextInt(250) + "." + random.nextInt(2, 250)
                    + ":2377";
            ObjectNode init = JSON.createObjectNode().put("ListenAddr", address).put("AdvertiseAddr", address);
            Answer begun = swarm.post("/swarm/init", init);
            // Another test may have been faster.
            if (!swarm.isManager()) {
                throw new IllegalStateException("no Swarm: " + begun);
            }
        }
        return swarm;
    }

    private boolean isManager() {
        return get("/info").json().path("Swarm").path("ControlAvailable").asBoolean();
    }

    /**
     * A specification of the usual kind, to be changed at will: so many tasks that do nothing, and end at once when they are told to.
     *
     * @param volume is mounted at {@code /data}, and removed in the end
     */
    public ObjectNode spec(String name, String image, int replicas, String volume) {
        ObjectNode spec = (ObjectNode) parse("""
                {"TaskTemplate": {
                  "ContainerSpec": {
                    "Args": ["sh", "-c", "trap 'exit 0' TERM; while :; do sleep 0.1; done"],
                    "Mounts": [{"Type": "volume", "Target": "/data"}]},
                  "RestartPolicy": {"Condition": "any", "Delay": 100000000}},
                 "Mode": {"Replicated": {}}}""");
        spec.put("Name", name);
        ((ObjectNode) spec.at("/TaskTemplate/ContainerSpec")).put("Image", image);
        ((ObjectNode) spec.at("/TaskTemplate/ContainerSpec/Mounts/0")).put("Source", volume);
        ((ObjectNode) spec.at("/Mode/Replicated")).put("Replicas", replicas);
        volumes.add(volume);
        return spec;
    }

    /** An image of its own name and with a label of its own, so that a cleanup of all images can be one of this one alone. */
    public void image(String name, String label, String base) {
        ObjectNode empty = JSON.createObjectNode().put("Image", base);
        empty.putArray("Cmd").add("true");
        String container =
                good(post("/containers/create", empty)).json().path("Id").asText();
        good(post(
                "/commit?container=" + container + "&repo=" + name + "&tag=latest&changes="
                        + URLEncoder.encode("LABEL " + label, UTF_8),
                null));
        good(delete("/containers/" + container));
        images.add(name);
    }

    /** A volume that carries a label. */
    public void volume(String name, String label) {
        String[] parts = label.split("=", 2);
        ObjectNode volume = JSON.createObjectNode().put("Name", name);
        volume.putObject("Labels").put(parts[0], parts[1]);
        good(post("/volumes/create", volume));
        volumes.add(name);
    }

    /** What {@code docker system prune --all --volumes} does: to everything that carries a label, as other tests have things, too. */
    public void prune(String label) {
        String labelled = "\"label\":[\"" + label + "\"]";
        good(post("/containers/prune?filters=" + encoded("{" + labelled + "}"), null));
        good(post("/volumes/prune?filters=" + encoded("{" + labelled + "}"), null));
        good(post("/images/prune?filters=" + encoded("{\"dangling\":[\"false\"]," + labelled + "}"), null));
    }

    public boolean has(String path) {
        return get(path).isGood();
    }

    /** Creates a service, and waits for nothing. */
    public void create(JsonNode spec) {
        good(post("/services/create", spec));
        services.add(spec.path("Name").asText());
    }

    /** The same, and waits until so many of its containers run. */
    public void createAndAwait(JsonNode spec, int containers) {
        create(spec);
        awaitRunning(spec.path("Name").asText(), containers);
    }

    /** A service as the engine has it, whole. */
    public JsonNode raw(String service) {
        return good(get("/services/" + service)).json();
    }

    /** Its specification. */
    public ObjectNode specOf(String service) {
        return (ObjectNode) raw(service).path("Spec");
    }

    public long replicas(String service) {
        return raw(service).at("/Spec/Mode/Replicated/Replicas").asLong();
    }

    /** Changes a service as somebody else would: what it is now is read, changed, and written, until nobody came between. */
    public void update(String service, Consumer<ObjectNode> change) {
        Instant end = Instant.now().plus(PATIENCE);
        while (true) {
            JsonNode now = raw(service);
            ObjectNode spec = now.path("Spec").deepCopy();
            change.accept(spec);
            Answer answer = post(
                    "/services/" + now.path("ID").asText() + "/update?version="
                            + now.at("/Version/Index").asLong(),
                    spec);
            if (answer.isGood()) {
                return;
            } else if (Instant.now().isAfter(end)) {
                throw new IllegalStateException(answer.toString());
            }
        }
    }

    public void scale(String service, long replicas) {
        update(service, spec -> ((ObjectNode) spec.at("/Mode/Replicated")).put("Replicas", replicas));
    }

    /** The ids of the containers of a service that run. */
    public List<String> running(String service) {
        List<String> ids = new ArrayList<>();
        JsonNode containers = get("/containers/json?filters="
                        + encoded("{\"label\":[\"com.docker.swarm.service.name=" + service + "\"]}"))
                .json();
        containers.forEach(container -> ids.add(container.path("Id").asText()));
        return ids;
    }

    /** Waits until so many containers of a service run. */
    public void awaitRunning(String service, int containers) {
        Instant end = Instant.now().plus(PATIENCE);
        while (running(service).size() != containers) {
            if (Instant.now().isAfter(end)) {
                throw new IllegalStateException(
                        service + " has " + running(service).size() + " running containers: "
                                + get("/tasks?filters=" + encoded("{\"service\":[\"" + service + "\"]}")));
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    /** What the engine answers, to whatever is asked of it. */
    public Answer get(String path) {
        return send(Request.Method.GET, path, null);
    }

    public Answer post(String path, @Nullable JsonNode body) {
        return send(Request.Method.POST, path, body);
    }

    public Answer delete(String path) {
        return send(Request.Method.DELETE, path, null);
    }

    /** A filter as it stands in a URL. */
    public static String encoded(String json) {
        return URLEncoder.encode(json, UTF_8);
    }

    private static Answer good(Answer answer) {
        if (!answer.isGood()) {
            throw new IllegalStateException(answer.toString());
        }
        return answer;
    }

    private Answer send(Request.Method method, String path, @Nullable JsonNode body) {
        Request.Builder request = Request.builder().method(method).path(path);
        if (body != null) {
            request.putHeader("Content-Type", "application/json");
            request.bodyBytes(body.toString().getBytes(UTF_8));
        }
        try (Response response = http.execute(request.build())) {
            return new Answer(
                    response.getStatusCode(), new String(response.getBody().readAllBytes(), UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode parse(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(text, e);
        }
    }

    /** Removes every service that was created here with its containers at once, and its volumes. */
    @Override
    public void close() throws IOException {
        for (String service : services) {
            delete("/services/" + service);
        }
        for (String service : services) {
            removeContainers(service);
        }
        for (String volume : volumes) {
            delete("/volumes/" + volume + "?force=true");
        }
        for (String image : images) {
            delete("/images/" + image + "?force=true");
        }
        http.close();
    }

    private void removeContainers(String service) {
        String all = "/containers/json?all=true&filters="
                + encoded("{\"label\":[\"com.docker.swarm.service.name=" + service + "\"]}");
        Instant end = Instant.now().plus(PATIENCE);
        for (JsonNode left = get(all).json(); !left.isEmpty() && Instant.now().isBefore(end); left = get(all).json()) {
            left.forEach(
                    container -> delete("/containers/" + container.path("Id").asText() + "?force=true"));
            LockSupport.parkNanos(POLL.toNanos());
        }
    }
}
