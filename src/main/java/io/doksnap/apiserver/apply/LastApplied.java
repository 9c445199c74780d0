package io.doksnap.apiserver.apply;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.apiserver.schema.SchemaNode;

/**
 * The annotation in which {@code kubectl apply} without {@code --server-side} keeps what it applied: it goes with the object
 * into server-side apply and back, so that people can change between the two.
 */
final class LastApplied {
    /** Only kubectl's own manager: whoever takes another name says that he wants none of this. */
    static final String MANAGER = "kubectl";

    private static final String ANNOTATION = "kubectl.kubernetes.io/last-applied-configuration";
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    private LastApplied() {}

    /** The fields that the annotation holds with the values that they still have: taking them over is no conflict. */
    static FieldSet unchangedFields(ObjectNode live, SchemaNode schema) {
        String annotation =
                live.path("metadata").path("annotations").path(ANNOTATION).asText("");
        if (annotation.isEmpty()) {
            return FieldSet.NONE;
        }
        try {
            JsonNode applied = MAPPER.readTree(annotation);
            Comparison since = Comparison.of(applied, live, schema);
            return FieldSets.of(applied, schema).minus(since.written().union(since.removed()));
        } catch (JsonProcessingException e) {
            return FieldSet.NONE;
        }
    }

    /** Renews the annotation where there is one. */
    static void refresh(ObjectNode merged, ObjectNode applied) {
        if (merged.path("metadata").path("annotations") instanceof ObjectNode annotations
                && annotations.has(ANNOTATION)) {
            annotations.put(ANNOTATION, text(applied));
        }
    }

    /** Byte for byte what kubectl writes: sorted, HTML escaped, annotations even where there are none, a newline at the end. */
    private static String text(ObjectNode applied) {
        ObjectNode plain = applied.deepCopy();
        plain.withObjectProperty("metadata").withObjectProperty("annotations").remove(ANNOTATION);
        try {
            String sorted = MAPPER.writeValueAsString(MAPPER.convertValue(plain, Object.class));
            return sorted.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026") + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A tree of JSON that cannot be written", e);
        }
    }
}
