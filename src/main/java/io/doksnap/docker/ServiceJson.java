package io.doksnap.docker;

import com.fasterxml.jackson.databind.JsonNode;
import io.doksnap.docker.Service.Mode;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Reads services and tasks out of an engine's answers; what is missing or odd there is left out, and nothing of it ever fails. */
final class ServiceJson {
    /** The engine's own, where the service says nothing. */
    private static final Duration USUAL_GRACE = Duration.ofSeconds(10);

    private ServiceJson() {}

    static Service service(JsonNode service) {
        JsonNode spec = service.path("Spec");
        JsonNode container = spec.path("TaskTemplate").path("ContainerSpec");
        JsonNode grace = container.path("StopGracePeriod");
        return new Service(
                service.path("ID").asText(),
                spec.path("Name").asText(),
                mode(spec.path("Mode")),
                spec.path("Mode").path("Replicated").path("Replicas").asLong(),
                service.path("Version").path("Index").asLong(),
                time(service.path("UpdatedAt")),
                labels(spec.path("Labels")),
                labels(container.path("Labels")),
                mounts(container.path("Mounts")),
                container.path("Image").asText(),
                grace.isIntegralNumber() ? Duration.ofNanos(grace.asLong()) : USUAL_GRACE);
    }

    private static Mode mode(JsonNode mode) {
        if (mode.has("Replicated")) {
            return Mode.REPLICATED;
        }
        return mode.has("Global") ? Mode.GLOBAL : Mode.JOB;
    }

    private static Map<String, String> labels(JsonNode labels) {
        Map<String, String> found = new TreeMap<>();
        for (Map.Entry<String, JsonNode> label : labels.properties()) {
            found.put(label.getKey(), label.getValue().asText());
        }
        return found;
    }

    private static List<Mount> mounts(JsonNode mounts) {
        List<Mount> found = new ArrayList<>();
        for (JsonNode mount : mounts) {
            found.add(new Mount(
                    Mount.Type.of(mount.path("Type").asText()),
                    mount.path("Source").asText(),
                    mount.path("Target").asText(),
                    mount.path("VolumeOptions")
                            .path("DriverConfig")
                            .path("Name")
                            .asText(),
                    mount.path("ReadOnly").asBoolean()));
        }
        found.sort(Comparator.comparing(Mount::destination));
        return found;
    }

    static Task task(JsonNode task) {
        return new Task(
                task.path("ID").asText(),
                time(task.path("CreatedAt")),
                task.path("DesiredState").asText().equals("running"),
                state(task.path("Status").path("State").asText()),
                task.path("NodeID").asText(),
                task.path("Slot").asInt());
    }

    private static Task.State state(String state) {
        return switch (state.toLowerCase(Locale.ROOT)) {
            case "running" -> Task.State.RUNNING;
            case "new", "allocated", "pending", "assigned", "accepted", "preparing", "ready", "starting" ->
                Task.State.BEFORE;
            default -> Task.State.OVER;
        };
    }

    private static Instant time(JsonNode time) {
        try {
            return OffsetDateTime.parse(time.asText()).toInstant();
        } catch (DateTimeParseException e) {
            return Instant.EPOCH;
        }
    }
}
