package io.doksnap.apiserver.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.apiserver.schema.SchemaNode;
import java.util.Map;
import java.util.Optional;

/** Takes fields out of a value: first whole ones, and only of those that stay what is inside. */
final class Removal {
    private Removal() {}

    /** A new value. What becomes empty by it stays: it would be among what is to go, if nobody wanted it. */
    static JsonNode remove(JsonNode value, FieldSet gone, SchemaNode schema) {
        Optional<Map<Element, JsonNode>> parts = gone.children().isEmpty() ? Optional.empty() : Parts.of(value, schema);
        if (parts.isEmpty()) {
            return value;
        }
        ObjectNode fields = JsonNodeFactory.instance.objectNode();
        ArrayNode items = JsonNodeFactory.instance.arrayNode();
        parts.get().forEach((element, part) -> {
            FieldSet inside = gone.child(element);
            if (!inside.member()) {
                JsonNode rest = remove(part, inside, Parts.schema(schema, element));
                if (value.isObject()) {
                    fields.set(element.fieldName().orElseThrow(), rest);
                } else {
                    items.add(rest);
                }
            }
        });
        return value.isObject() ? fields : items;
    }
}
