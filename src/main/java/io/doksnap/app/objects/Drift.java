package io.doksnap.app.objects;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;

/** What an object no longer says, though somebody else's word for it does. What only the object says is its own business. */
final class Drift {
    private final List<String> differences = new ArrayList<>();

    private Drift() {}

    /** The fields of {@code declared} that {@code live} has otherwise, such as {@code spec.schedule.cron is "0 3 * * *" instead of "0 2 * * *"}. */
    static List<String> of(JsonNode declared, JsonNode live) {
        Drift drift = new Drift();
        drift.compare("spec", declared.path("spec"), live.path("spec"));
        for (String field : List.of("labels", "annotations")) {
            drift.compare(
                    "metadata." + field,
                    declared.path("metadata").path(field),
                    live.path("metadata").path(field));
        }
        return drift.differences;
    }

    private void compare(String path, JsonNode declared, JsonNode live) {
        if (live.isMissingNode() && !declared.isMissingNode()) {
            differences.add(path + " is gone");
        } else if (declared.isObject()) {
            for (Map.Entry<String, JsonNode> field : declared.properties()) {
                compare(path + "." + field.getKey(), field.getValue(), live.path(field.getKey()));
            }
        } else if (isNamed(declared) && live.isArray()) {
            for (JsonNode item : declared) {
                String name = item.path("name").asText();
                Optional<JsonNode> same = StreamSupport.stream(live.spliterator(), false)
                        .filter(other -> other.path("name").asText().equals(name))
                        .findFirst();
                compare(path + "[" + name + "]", item, same.orElse(live.path(live.size())));
            }
        } else if (!declared.isMissingNode() && !declared.equals(live)) {
            differences.add(path + " is " + live + " instead of " + declared);
        }
    }

    /** Items with names are kept apart by them, as the schema says; others are one value together. */
    private static boolean isNamed(JsonNode list) {
        return list.isArray()
                && !list.isEmpty()
                && StreamSupport.stream(list.spliterator(), false).allMatch(item -> item.has("name"));
    }
}
