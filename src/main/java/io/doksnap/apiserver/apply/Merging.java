package io.doksnap.apiserver.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.apiserver.schema.SchemaNode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Puts what is applied over what is there. */
final class Merging {
    private Merging() {}

    /** A new value; neither of the given ones is changed. */
    static JsonNode merge(JsonNode live, JsonNode applied, SchemaNode schema) {
        Optional<Map<Element, JsonNode>> there = Parts.of(live, schema);
        Optional<Map<Element, JsonNode>> wanted = Parts.of(applied, schema);
        if (there.isEmpty() || wanted.isEmpty() || live.isObject() != applied.isObject()) {
            return applied.deepCopy();
        }
        return applied.isObject()
                ? mergeFields(there.get(), wanted.get(), schema)
                : mergeItems(there.get(), wanted.get(), schema);
    }

    private static ObjectNode mergeFields(
            Map<Element, JsonNode> there, Map<Element, JsonNode> wanted, SchemaNode schema) {
        ObjectNode merged = JsonNodeFactory.instance.objectNode();
        there.forEach((element, value) -> merged.set(name(element), value.deepCopy()));
        wanted.forEach((element, value) -> merged.set(name(element), part(element, there, value, schema)));
        return merged;
    }

    private static String name(Element element) {
        return element.fieldName().orElseThrow();
    }

    private static JsonNode part(Element element, Map<Element, JsonNode> there, JsonNode wanted, SchemaNode schema) {
        JsonNode old = there.get(element);
        return old == null ? wanted.deepCopy() : merge(old, wanted, Parts.schema(schema, element));
    }

    /** What is applied comes in its own order; what others have stays before the item that it was before. */
    private static ArrayNode mergeItems(
            Map<Element, JsonNode> there, Map<Element, JsonNode> wanted, SchemaNode schema) {
        ArrayNode merged = JsonNodeFactory.instance.arrayNode();
        Iterator<Map.Entry<Element, JsonNode>> next = wanted.entrySet().iterator();
        List<Map.Entry<Element, JsonNode>> left = new ArrayList<>(there.entrySet());
        for (Map.Entry<Element, JsonNode> old : left) {
            if (!wanted.containsKey(old.getKey())) {
                merged.add(old.getValue().deepCopy());
            } else if (next.hasNext()) {
                Map.Entry<Element, JsonNode> item = next.next();
                merged.add(part(item.getKey(), there, item.getValue(), schema));
            }
        }
        next.forEachRemaining(item -> merged.add(part(item.getKey(), there, item.getValue(), schema)));
        return merged;
    }
}
