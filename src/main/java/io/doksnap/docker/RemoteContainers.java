package io.doksnap.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.HealthState;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.command.RestartContainerCmd;
import com.github.dockerjava.api.command.StopContainerCmd;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.api.model.ContainerConfig;
import io.doksnap.docker.Container.Health;
import io.doksnap.docker.DockerException.Kind;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The containers of an engine behind its HTTP API. */
final class RemoteContainers implements Containers {
    /** As the engine has it; what else came here would become part of a URL's path. */
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,254}");

    /** The engine's own, where the container says nothing. */
    private static final Duration USUAL_GRACE = Duration.ofSeconds(10);

    private static final int WHOLE_ID = 64;
    private static final int SHORT_ID = 12;

    private final EngineCalls calls;
    private final EngineHttp http;
    private final RemoteExecs execs;

    RemoteContainers(EngineCalls calls) {
        this.calls = calls;
        this.http = new EngineHttp(calls);
        this.execs = new RemoteExecs(calls);
    }

    @Override
    public Optional<Container> find(String nameOrId) throws DockerException {
        if (!NAME.matcher(nameOrId).matches()) {
            throw new DockerException(
                    Kind.REFUSED,
                    "\"" + nameOrId.replaceAll("\\p{Cntrl}", "?") + "\" is no name of a container: letters, digits,"
                            + " '_', '.' or '-', and the first a letter or digit.",
                    null);
        }
        // The engine also takes the beginning of an id, and a name can look like one.
        return calls.ask("look up container " + shortened(nameOrId), client -> inspect(client, nameOrId))
                .filter(found -> found.name().equals(nameOrId) || found.id().equals(nameOrId));
    }

    /** By the list alone: it waits for no container, where to look one up waits for whatever is done to it. */
    @Override
    public List<Container> all() throws DockerException {
        return listed(Map.of());
    }

    @Override
    public List<Container> labelled(Map<String, String> labels) throws DockerException {
        List<Container> found = new ArrayList<>();
        for (Container container : listed(labels)) {
            // Each within the deadline: however many there are, and so that the one is named that does not answer.
            calls.ask("look up container " + container.name(), client -> inspect(client, container.id()))
                    .ifPresent(found::add);
        }
        return List.copyOf(found);
    }

    private List<Container> listed(Map<String, String> labels) throws DockerException {
        ArrayNode wanted = JsonNodeFactory.instance.arrayNode();
        labels.forEach((key, value) -> wanted.add(key + "=" + value));
        String filters = JsonNodeFactory.instance
                .objectNode()
                .<ObjectNode>set("label", wanted)
                .toString();
        List<Container> found = new ArrayList<>();
        for (JsonNode container : http.get(
                "list containers by label",
                "/containers/json?all=true&filters=" + URLEncoder.encode(filters, StandardCharsets.UTF_8))) {
            found.add(ContainerJson.listed(container));
        }
        // Ours: with the labels of an image that may say anything.
        found.removeIf(container -> container.labels().containsKey(Holders.LABEL)
                || container.name().isEmpty());
        found.sort(Comparator.comparing(Container::name));
        return List.copyOf(found);
    }

    @Override
    public Map<String, String> environment(Container container) throws DockerException {
        return calls.ask("look up container " + container.name(), client -> {
            Map<String, String> variables = new LinkedHashMap<>();
            @Nullable
            String @Nullable [] all = client.inspectContainerCmd(container.id())
                    .exec()
                    .getConfig()
                    .getEnv();
            for (String variable : all == null ? new String[0] : all) {
                int equals = variable.indexOf('=');
                if (equals > 0) {
                    variables.put(variable.substring(0, equals), variable.substring(equals + 1));
                }
            }
            return variables;
        });
    }

    @Override
    public void start(Container container, Duration within) throws DockerException {
        order(
                "start",
                container,
                within,
                client -> client.startContainerCmd(container.id()).exec());
    }

    @Override
    public void stop(Container container, Optional<Duration> grace, Duration within) throws DockerException {
        order("stop", container, within, client -> {
            StopContainerCmd stop = client.stopContainerCmd(container.id());
            grace.ifPresent(time -> stop.withTimeout(seconds(time)));
            stop.exec();
        });
    }

    @Override
    public void restart(Container container, Optional<Duration> grace, Duration within) throws DockerException {
        order("restart", container, within, client -> {
            RestartContainerCmd restart = client.restartContainerCmd(container.id());
            grace.ifPresent(time -> restart.withTimeout(seconds(time)));
            restart.exec();
        });
    }

    @Override
    public void pause(Container container) throws DockerException {
        order(
                "pause",
                container,
                calls.deadline(),
                client -> client.pauseContainerCmd(container.id()).exec());
    }

    @Override
    public void unpause(Container container) throws DockerException {
        order(
                "unpause",
                container,
                calls.deadline(),
                client -> client.unpauseContainerCmd(container.id()).exec());
    }

    @Override
    public void kill(Container container, String signal) throws DockerException {
        order(
                "kill",
                container,
                calls.deadline(),
                client -> client.killContainerCmd(container.id())
                        .withSignal(signal)
                        .exec());
    }

    @Override
    public ExecOutcome exec(Container container, ExecCommand command, Duration within) throws DockerException {
        return execs.run(container, command, within);
    }

    @Override
    public ExecOutcome stream(Container container, ExecCommand command, ExecStreams streams, Duration within)
            throws IOException {
        return execs.stream(container, command, streams, within);
    }

    /** A whole id is not for people. */
    private static String shortened(String nameOrId) {
        return nameOrId.length() == WHOLE_ID ? nameOrId.substring(0, SHORT_ID) : nameOrId;
    }

    /** What is asked of the engine without an answer. */
    @FunctionalInterface
    private interface Order {
        void give(DockerClient client);
    }

    private void order(String verb, Container container, Duration within, Order order) throws DockerException {
        boolean ignored = calls.ask(verb + " container " + container.name(), within, client -> {
            try {
                order.give(client);
                return true;
            } catch (NotModifiedException e) {
                // It is as it was to become.
                return false;
            }
        });
    }

    private static Optional<Container> inspect(DockerClient client, String nameOrId) {
        try {
            return Optional.of(container(client.inspectContainerCmd(nameOrId).exec()));
        } catch (NotFoundException e) {
            return Optional.empty();
        }
    }

    private static Container container(InspectContainerResponse found) {
        ContainerState state = found.getState();
        String name = text(found.getName());
        ContainerConfig config = found.getConfig();
        @Nullable Map<String, String> labels = config.getLabels();
        boolean goneWhenStopped = found.getHostConfig() != null
                && Boolean.TRUE.equals(found.getHostConfig().getAutoRemove());
        @Nullable Long exitCode = state.getExitCodeLong();
        return new Container(
                text(found.getId()),
                name.startsWith("/") ? name.substring(1) : name,
                ContainerJson.state(text(state.getStatus())),
                text(state.getStartedAt()),
                exitCode == null ? 0 : exitCode,
                health(state.getHealth()),
                goneWhenStopped,
                grace(found),
                labels == null ? Map.of() : labels,
                text(found.getImageId()),
                mounts(found.getRawValues().get("Mounts")));
    }

    /** docker-java has no getter for the type of a mount. */
    private static List<Mount> mounts(@Nullable Object raw) {
        List<Mount> mounts = new ArrayList<>();
        if (raw instanceof List<?> list) {
            for (Object each : list) {
                if (each instanceof Map<?, ?> mount) {
                    mounts.add(mount(mount));
                }
            }
        }
        mounts.sort(Comparator.comparing(Mount::destination));
        return mounts;
    }

    private static Mount mount(Map<?, ?> mount) {
        Mount.Type type = Mount.Type.of(value(mount, "Type"));
        return new Mount(
                type,
                value(mount, type == Mount.Type.VOLUME ? "Name" : "Source"),
                value(mount, "Destination"),
                value(mount, "Driver"),
                Boolean.FALSE.equals(mount.get("RW")));
    }

    private static String value(Map<?, ?> map, String key) {
        @Nullable Object value = map.get(key);
        return value == null ? "" : value.toString();
    }

    private static Health health(@Nullable HealthState health) {
        String status = health == null ? "" : text(health.getStatus());
        return switch (status) {
            case "starting" -> Health.STARTING;
            case "healthy" -> Health.HEALTHY;
            case "unhealthy" -> Health.UNHEALTHY;
            default -> Health.NONE;
        };
    }

    /** docker-java has no getter for it. */
    private static Duration grace(InspectContainerResponse found) {
        Object config = found.getRawValues().get("Config");
        return config instanceof Map<?, ?> map && map.get("StopTimeout") instanceof Number seconds
                ? Duration.ofSeconds(seconds.longValue())
                : USUAL_GRACE;
    }

    private static int seconds(Duration time) {
        return (int) Math.min(Integer.MAX_VALUE, time.toSeconds());
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }
}
