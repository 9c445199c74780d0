package io.doksnap.apiserver.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;

/** JSON as trees and as bytes, with bounds on what strangers send. */
public final class Json {
    private static final int DEEPEST = 200;
    /** A hundred times what a large policy has; a body of brackets alone would take fifty times its size in memory. */
    static final int MOST_TOKENS = 50_000;

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** What was taken once has to be readable for ever, so that these bounds are not held against it. */
    private static final ObjectMapper STRANGERS = MAPPER.copy();

    static {
        STRANGERS
                .getFactory()
                .setStreamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(DEEPEST)
                        .maxTokenCount(MOST_TOKENS)
                        .build());
    }

    private Json() {}

    /** A tree that is the caller's own, out of what somebody sent. */
    public static JsonNode read(byte[] json) throws IOException {
        JsonNode node = STRANGERS.readTree(json);
        return node == null ? MAPPER.missingNode() : node;
    }

    /** An object out of bytes that were written by {@link #bytes}. */
    public static ObjectNode object(byte[] json) {
        try {
            if (MAPPER.readTree(json) instanceof ObjectNode object) {
                return object;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new IllegalArgumentException("not a JSON object");
    }

    /** Without spaces, in the order of the fields. */
    public static byte[] bytes(JsonNode node) {
        try {
            return MAPPER.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    public static ArrayNode array() {
        return MAPPER.createArrayNode();
    }

    public static ArrayNode texts(Iterable<String> texts) {
        ArrayNode array = array();
        texts.forEach(array::add);
        return array;
    }

    /** The object below a field, made where it is missing or is something else. */
    public static ObjectNode child(ObjectNode parent, String field) {
        return parent.get(field) instanceof ObjectNode object ? object : parent.putObject(field);
    }
}
