package io.doksnap.apiserver.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.apiserver.schema.SchemaNode;
import io.doksnap.apiserver.schema.SchemaNode.ListType;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** How a value is made up of others that have managers of their own. */
final class Parts {
    private Parts() {}

    /** The parts in their order; empty where the value is one whole: a scalar, or anything atomic. */
    static Optional<Map<Element, JsonNode>> of(JsonNode value, SchemaNode schema) {
        if (value.isObject() && !schema.isAtomicMap()) {
            Map<Element, JsonNode> fields = new LinkedHashMap<>();
            value.properties().forEach(field -> fields.put(Element.field(field.getKey()), field.getValue()));
            return Optional.of(fields);
        }
        return isGranularList(value, schema) ? Optional.of(items(value, schema)) : Optional.empty();
    }

    /** The schema of a part. */
    static SchemaNode schema(SchemaNode whole, Element part) {
        return part.fieldName().map(whole::field).orElseGet(whole::item);
    }

    /** A list whose items do not have the form that the schema asks for is one whole; validation will say so. */
    private static boolean isGranularList(JsonNode value, SchemaNode schema) {
        if (!value.isArray() || schema.listType() == ListType.ATOMIC) {
            return false;
        }
        for (JsonNode item : value) {
            boolean fits = schema.listType() == ListType.MAP ? item.isObject() : item.isValueNode();
            if (!fits) {
                return false;
            }
        }
        return true;
    }

    private static Map<Element, JsonNode> items(JsonNode list, SchemaNode schema) {
        Map<Element, JsonNode> items = new LinkedHashMap<>();
        list.forEach(item -> items.put(element(item, schema), item));
        return items;
    }

    /** What tells the item apart from its neighbours. */
    static Element element(JsonNode item, SchemaNode list) {
        if (list.listType() == ListType.SET) {
            return Element.value(item);
        }
        ObjectNode keys = JsonNodeFactory.instance.objectNode();
        for (String name : list.listMapKeys()) {
            JsonNode fallback = list.item().defaultOf(name);
            JsonNode key = item.has(name) || fallback == null ? item.path(name) : fallback;
            if (!key.isMissingNode()) {
                keys.set(name, key);
            }
        }
        return Element.keys(keys);
    }
}
