package io.doksnap.apiserver.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.apiserver.schema.CoreKinds;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The schemas of one document: those of its kinds and their lists, and whatever these refer to. */
final class Components {
    static final String REFERENCE = "#/components/schemas/";
    static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.";

    private static final List<String> ALWAYS = List.of(META + "DeleteOptions", META + "Status", META + "Patch");

    private final Map<String, JsonNode> schemas = new TreeMap<>();

    private Components() {}

    static ObjectNode of(List<ServedKind> kinds) {
        Components components = new Components();
        ALWAYS.forEach(components::add);
        kinds.forEach(components::add);
        return JsonNodeFactory.instance.objectNode().setAll(components.schemas);
    }

    private void add(ServedKind kind) {
        String name = kind.definition();
        if (kind.schema().isEmpty()) {
            add(name);
            if (kind.verbs() == ServedKind.Verbs.ALL) {
                add(name + "List");
            }
            return;
        }
        put(name, whole(kind, kind.schema().get()));
        put(name + "List", list(kind, name));
    }

    private void add(String name) {
        JsonNode definition = CoreKinds.definitions().path(name);
        if (!schemas.containsKey(name) && definition.isObject()) {
            put(name, definition);
        }
    }

    private void put(String name, JsonNode schema) {
        schemas.put(name, schema);
        for (JsonNode reference : schema.findValues("$ref")) {
            add(reference.asText().substring(REFERENCE.length()));
        }
    }

    /** With the fields that every object has. */
    private static ObjectNode whole(ServedKind kind, ObjectNode schema) {
        ObjectNode whole = schema.deepCopy();
        ObjectNode properties = JsonNodeFactory.instance.objectNode();
        common(properties, "ObjectMeta");
        schema.path("properties").properties().forEach(field -> {
            if (!properties.has(field.getKey())) {
                properties.set(field.getKey(), field.getValue().deepCopy());
            }
        });
        whole.set("properties", properties);
        named(whole, kind, kind.names().kind());
        return whole;
    }

    private static ObjectNode list(ServedKind kind, String item) {
        ObjectNode list = JsonNodeFactory.instance.objectNode();
        list.put("description", "A list of objects of kind " + kind.names().kind() + ".")
                .put("type", "object");
        list.putArray("required").add("items");
        ObjectNode properties = list.putObject("properties");
        common(properties, "ListMeta");
        properties
                .putObject("items")
                .put("description", "The objects.")
                .put("type", "array")
                .putObject("items")
                .put("$ref", REFERENCE + item);
        named(list, kind, kind.names().kind() + "List");
        return list;
    }

    private static void common(ObjectNode properties, String metadata) {
        properties
                .putObject("apiVersion")
                .put("description", "The version of the API that this object is written in.")
                .put("type", "string");
        properties
                .putObject("kind")
                .put("description", "What kind of resource this object is.")
                .put("type", "string");
        ObjectNode meta = properties.putObject("metadata");
        meta.put("description", "Name, labels and what else every object has.");
        meta.putArray("allOf").addObject().put("$ref", REFERENCE + META + metadata);
    }

    private static void named(ObjectNode schema, ServedKind kind, String name) {
        schema.putArray("x-kubernetes-group-version-kind").add(groupVersionKind(kind, name));
    }

    static ObjectNode groupVersionKind(ServedKind kind, String name) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("group", kind.group())
                .put("kind", name)
                .put("version", kind.version());
    }
}
