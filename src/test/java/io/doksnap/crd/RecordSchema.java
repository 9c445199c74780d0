package io.doksnap.crd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finishes a schema that was generated from a record: fields in the order in which the record has them, with what its Javadoc says, and with what
 * the readers check. Each path of the rules must be met, so that none outlives its field.
 */
final class RecordSchema {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Comments comments;
    private final Map<String, Map<String, Object>> rules;
    private final Set<String> unmet;

    RecordSchema(Comments comments, Map<String, Map<String, Object>> rules) {
        this.comments = comments;
        this.rules = rules;
        this.unmet = new LinkedHashSet<>(rules.keySet());
    }

    /** The whole schema of {@code spec} or {@code status}. */
    ObjectNode finish(JsonNode generated, Class<?> record, String path) {
        ObjectNode schema = finish(generated, record, path, comments.of(record));
        unmet.removeIf(rule -> !rule.startsWith(path));
        if (!unmet.isEmpty()) {
            throw new IllegalStateException("there are rules for fields that do not exist: " + unmet);
        }
        return schema;
    }

    private ObjectNode finish(JsonNode generated, Type type, String path, String description) {
        ObjectNode schema = JSON.createObjectNode();
        if (!description.isEmpty()) {
            schema.put("description", description);
        }
        schema.put("type", generated.path("type").asText());
        if (type == long.class || type == Long.class) {
            schema.put("format", "int64");
        } else if (type == int.class || type == Integer.class) {
            schema.put("format", "int32");
        } else if (generated.has("format")) {
            schema.set("format", generated.get("format"));
        }
        unmet.remove(path);
        schema.setAll((ObjectNode) JSON.valueToTree(rules.getOrDefault(path, Map.of())));
        if (type instanceof Class<?> record && record.isRecord()) {
            fields(schema, generated, record, path);
        } else if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
            Type item = list.getActualTypeArguments()[0];
            String of = item instanceof Class<?> record && record.isRecord() ? comments.of(record) : "";
            schema.set("items", finish(generated.path("items"), item, path + "[]", of));
        } else if (generated.has("additionalProperties")) {
            schema.set("additionalProperties", generated.get("additionalProperties"));
        }
        return schema;
    }

    private void fields(ObjectNode schema, JsonNode generated, Class<?> record, String path) {
        JsonNode properties = generated.path("properties");
        if (properties.size() != record.getRecordComponents().length) {
            throw new IllegalStateException(record + " does not have the fields of " + properties);
        }
        ObjectNode ordered = schema.putObject("properties");
        for (RecordComponent component : record.getRecordComponents()) {
            String name = component.getName();
            String field = path + "." + name;
            ordered.set(
                    name, finish(properties.path(name), component.getGenericType(), field, comments.of(record, name)));
        }
    }
}
