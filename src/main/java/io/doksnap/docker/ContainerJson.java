package io.doksnap.docker;

import com.fasterxml.jackson.databind.JsonNode;
import io.doksnap.docker.Container.Health;
import io.doksnap.docker.Container.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Reads the containers of an engine's list; what is missing or odd there is left out, and nothing of it ever fails. */
final class ContainerJson {
    private ContainerJson() {}

    /** What the list says of one: not since when it runs, how it ended, and how it is to be stopped. */
    static Container listed(JsonNode container) {
        Map<String, String> labels = new TreeMap<>();
        container
                .path("Labels")
                .properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        return new Container(
                container.path("Id").asText(),
                name(container.path("Names")),
                state(container.path("State").asText()),
                "",
                0,
                Health.NONE,
                false,
                Duration.ZERO,
                labels,
                container.path("ImageID").asText(),
                mounts(container.path("Mounts")));
    }

    /** Its own; those of links have two slashes. */
    private static String name(JsonNode names) {
        for (JsonNode name : names) {
            if (name.asText().lastIndexOf('/') <= 0) {
                return name.asText().replaceFirst("^/", "");
            }
        }
        return "";
    }

    static State state(String status) {
        try {
            return State.valueOf(status.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            // An engine of the future: whatever it is, it is not running.
            return State.DEAD;
        }
    }

    private static List<Mount> mounts(JsonNode mounts) {
        List<Mount> found = new ArrayList<>();
        for (JsonNode mount : mounts) {
            Mount.Type type = Mount.Type.of(mount.path("Type").asText());
            found.add(new Mount(
                    type,
                    mount.path(type == Mount.Type.VOLUME ? "Name" : "Source").asText(),
                    mount.path("Destination").asText(),
                    mount.path("Driver").asText(),
                    !mount.path("RW").asBoolean(true)));
        }
        found.sort(Comparator.comparing(Mount::destination));
        return found;
    }
}
