package io.doksnap.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/** Drops nulls where null is no value, and fills in defaults, also inside of defaults. */
final class Defaulting {
    private Defaulting() {}

    static void apply(SchemaNode schema, JsonNode value) {
        if (value instanceof ObjectNode object) {
            schema.children().properties().forEach((name, child) -> {
                JsonNode fallback = child.fallback();
                boolean absent = !object.has(name) || isNoValue(child, object.path(name));
                if (absent && fallback != null) {
                    object.set(name, fallback.deepCopy());
                }
            });
            List<String> names = List.copyOf(object.properties().stream()
                    .filter(field -> isNoValue(schema.field(field.getKey()), field.getValue()))
                    .map(Map.Entry::getKey)
                    .toList());
            object.remove(names);
            object.properties().forEach(field -> {
                if (!schema.field(field.getKey()).saysNothingInside()) {
                    apply(schema.field(field.getKey()), field.getValue());
                }
            });
        } else if (value instanceof ArrayNode list && schema.children().items() != null) {
            list.forEach(item -> apply(schema.item(), item));
        }
    }

    private static boolean isNoValue(SchemaNode schema, JsonNode value) {
        return value.isNull() && schema.isNonNullable();
    }
}
