package io.doksnap.apiserver.apply;

import com.fasterxml.jackson.databind.JsonNode;
import io.doksnap.apiserver.schema.SchemaNode;
import io.doksnap.apiserver.schema.SchemaNode.ListType;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Refuses lists whose items cannot be told apart: merging them would quietly lose some. */
final class Ambiguity {
    private Ambiguity() {}

    static void check(JsonNode object, SchemaNode schema) throws ApplyException {
        check(object, schema, "");
    }

    private static void check(JsonNode value, SchemaNode schema, String path) throws ApplyException {
        if (value.isArray() && schema.listType() != ListType.ATOMIC) {
            checkItems(value, schema, path);
        }
        var parts = Parts.of(value, schema);
        if (parts.isPresent()) {
            for (Map.Entry<Element, JsonNode> part : parts.get().entrySet()) {
                Element element = part.getKey();
                check(part.getValue(), Parts.schema(schema, element), path + element.shown());
            }
        }
    }

    private static void checkItems(JsonNode list, SchemaNode schema, String path) throws ApplyException {
        Set<Element> seen = new HashSet<>();
        for (int i = 0; i < list.size(); i++) {
            JsonNode item = list.get(i);
            if (schema.listType() == ListType.MAP) {
                checkKeys(item, i, schema, path);
            }
            Element element = Parts.element(item, schema);
            if (!seen.add(element)) {
                throw new ApplyException(path + ": duplicate entries for key " + element.shown());
            }
        }
    }

    private static void checkKeys(JsonNode item, int index, SchemaNode schema, String path) throws ApplyException {
        for (String key : schema.listMapKeys()) {
            if (!item.has(key) && schema.item().defaultOf(key) == null) {
                throw new ApplyException(path + ": element " + index
                        + ": associative list with keys has an element that omits key field \"" + key
                        + "\" (and doesn't have default value)");
            }
        }
    }
}
