package io.doksnap.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Drops what the schema does not know, and remembers where it was. */
final class Pruning {
    private final List<String> dropped = new ArrayList<>();

    static List<String> prune(SchemaNode schema, ObjectNode object) {
        Pruning pruning = new Pruning();
        pruning.walk(schema, object, "");
        return List.copyOf(pruning.dropped);
    }

    private void walk(SchemaNode schema, JsonNode value, String path) {
        if (schema.saysNothingInside()) {
            return;
        }
        if (value instanceof ObjectNode object) {
            if (!schema.takesAnyField()) {
                dropUnknown(schema, object, path);
            }
            object.properties()
                    .forEach(field -> walk(
                            schema.field(field.getKey()), field.getValue(), RuleCompiler.below(path, field.getKey())));
        } else if (value instanceof ArrayNode list && schema.children().items() != null) {
            for (int i = 0; i < list.size(); i++) {
                walk(schema.item(), list.get(i), path + "[" + i + "]");
            }
        }
    }

    private void dropUnknown(SchemaNode schema, ObjectNode object, String path) {
        List<String> unknown = object.properties().stream()
                .map(Map.Entry::getKey)
                .filter(name -> !schema.children().properties().containsKey(name))
                .toList();
        unknown.forEach(name -> dropped.add(RuleCompiler.below(path, name)));
        object.remove(unknown);
    }
}
