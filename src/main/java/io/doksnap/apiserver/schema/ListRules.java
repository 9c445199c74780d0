package io.doksnap.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** No two items of a set are equal, and no two items of a list map have the same keys. */
final class ListRules {
    private ListRules() {}

    static Optional<Rule> of(JsonNode schema) {
        return switch (schema.path("x-kubernetes-list-type").asText()) {
            case "set" -> Optional.of(ListRules::unique);
            case "map" -> {
                List<String> keys = new ArrayList<>();
                schema.path("x-kubernetes-list-map-keys").forEach(key -> keys.add(key.asText()));
                JsonNode properties = schema.path("items").path("properties");
                yield Optional.of((value, path, problems) -> uniqueByKeys(value, path, keys, properties, problems));
            }
            default -> Optional.empty();
        };
    }

    static void unique(JsonNode list, String path, Problems problems) {
        Set<JsonNode> seen = new HashSet<>();
        for (int i = 0; i < list.size() && list.isArray(); i++) {
            if (!seen.add(list.get(i))) {
                problems.duplicate(path + "[" + i + "]", list.get(i));
            }
        }
    }

    private static void uniqueByKeys(
            JsonNode list, String path, List<String> keys, JsonNode properties, Problems problems) {
        Set<JsonNode> seen = new HashSet<>();
        for (int i = 0; i < list.size() && list.isArray(); i++) {
            ObjectNode key = JsonNodeFactory.instance.objectNode();
            for (String name : keys) {
                JsonNode value = list.get(i).path(name);
                if (value.isMissingNode()) {
                    value = properties.path(name).path("default");
                }
                if (!value.isMissingNode()) {
                    key.set(name, value);
                }
            }
            if (!seen.add(key)) {
                problems.duplicate(path + "[" + i + "]", key);
            }
        }
    }
}
