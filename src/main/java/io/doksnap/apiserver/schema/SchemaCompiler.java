package io.doksnap.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import io.doksnap.apiserver.schema.SchemaNode.Children;
import io.doksnap.apiserver.schema.SchemaNode.ListType;
import io.doksnap.apiserver.schema.SchemaNode.Merging;
import io.doksnap.apiserver.schema.SchemaNode.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads schemas from JSON, with the definitions that their {@code $ref}s name. */
final class SchemaCompiler {
    private static final String REFERENCE = "#/components/schemas/";

    private final JsonNode definitions;

    SchemaCompiler(JsonNode definitions) {
        this.definitions = definitions;
    }

    SchemaNode compile(JsonNode written) {
        JsonNode schema = resolve(written);
        return new SchemaNode(
                shape(schema),
                children(schema),
                merging(schema),
                fallback(written, schema),
                new RuleCompiler(this, schema).rules());
    }

    /** A reference stands alone or, to carry a description and a default beside it, as the only part of an allOf. */
    private JsonNode resolve(JsonNode written) {
        JsonNode only =
                written.path("allOf").size() == 1 ? written.path("allOf").get(0) : written;
        String reference = only.path("$ref").asText("");
        if (!reference.startsWith(REFERENCE)) {
            return written;
        }
        JsonNode target = definitions.path(reference.substring(REFERENCE.length()));
        if (target.isMissingNode()) {
            throw new IllegalArgumentException("The schema refers to " + reference + ", which is not defined.");
        }
        return target;
    }

    private static Shape shape(JsonNode schema) {
        boolean intOrString = schema.path("x-kubernetes-int-or-string").asBoolean()
                || schema.path("format").asText().equals("int-or-string");
        return new Shape(
                intOrString ? "" : schema.path("type").asText(""),
                schema.path("nullable").asBoolean(),
                intOrString,
                schema.path("x-kubernetes-preserve-unknown-fields").asBoolean());
    }

    private Children children(JsonNode schema) {
        Map<String, SchemaNode> properties = new LinkedHashMap<>();
        schema.path("properties")
                .properties()
                .forEach(named -> properties.put(named.getKey(), compile(named.getValue())));
        JsonNode additional = schema.path("additionalProperties");
        JsonNode items = schema.path("items");
        return new Children(Map.copyOf(properties), additional(additional), items.isObject() ? compile(items) : null);
    }

    private @Nullable SchemaNode additional(JsonNode additional) {
        if (additional.isObject()) {
            return compile(additional);
        }
        return additional.asBoolean() ? SchemaNode.UNKNOWN : null;
    }

    private static Merging merging(JsonNode schema) {
        String listType = schema.path("x-kubernetes-list-type").asText("atomic");
        List<String> keys = new ArrayList<>();
        schema.path("x-kubernetes-list-map-keys").forEach(key -> keys.add(key.asText()));
        return new Merging(
                ListType.valueOf(listType.toUpperCase(Locale.ROOT)),
                List.copyOf(keys),
                schema.path("x-kubernetes-map-type").asText().equals("atomic"));
    }

    private static @Nullable JsonNode fallback(JsonNode written, JsonNode schema) {
        JsonNode fallback = written.has("default") ? written.path("default") : schema.path("default");
        return fallback.isMissingNode() ? null : fallback.deepCopy();
    }
}
