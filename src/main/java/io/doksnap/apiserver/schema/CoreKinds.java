package io.doksnap.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The kinds that every server knows without a CRD, from one file of definitions ({@code core-kinds.json}). */
public final class CoreKinds {
    static final String OBJECT_META = "#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";

    private static final JsonNode DEFINITIONS = read();
    private static final Map<String, StructuralSchema> SCHEMAS = schemas();

    private CoreKinds() {}

    /** The schema of a kind such as {@code v1 Secret} or {@code coordination.k8s.io/v1 Lease}. */
    public static Optional<StructuralSchema> schema(String apiVersion, String kind) {
        return Optional.ofNullable(SCHEMAS.get(apiVersion + " " + kind));
    }

    /** All definitions by their name, as OpenAPI shows them. Not to be changed by anybody. */
    public static JsonNode definitions() {
        return DEFINITIONS;
    }

    private static JsonNode read() {
        try (InputStream file = CoreKinds.class.getResourceAsStream("core-kinds.json")) {
            return new ObjectMapper().readTree(file).path("components").path("schemas");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, StructuralSchema> schemas() {
        Map<String, StructuralSchema> schemas = new HashMap<>();
        for (JsonNode definition : DEFINITIONS) {
            for (JsonNode names : definition.path("x-kubernetes-group-version-kind")) {
                String group = names.path("group").asText();
                String version = names.path("version").asText();
                String apiVersion = group.isEmpty() ? version : group + "/" + version;
                schemas.put(apiVersion + " " + names.path("kind").asText(), StructuralSchema.compiled((ObjectNode)
                        definition));
            }
        }
        return Map.copyOf(schemas);
    }
}
