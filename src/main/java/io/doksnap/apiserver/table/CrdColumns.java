package io.doksnap.apiserver.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/** The columns that a CRD's version describes. */
final class CrdColumns {
    private CrdColumns() {}

    static TableColumn of(JsonNode written) {
        JsonPath path = JsonPath.parse(written.path("jsonPath").asText());
        String type = written.path("type").asText("string");
        return new TableColumn(
                written.path("name").asText(),
                type,
                written.path("format").asText(""),
                written.path("description").asText(""),
                written.path("priority").asInt(0),
                (object, now) -> cell(path.find(object), type, now));
    }

    /** A value of another type than the column's is no value. */
    private static JsonNode cell(List<JsonNode> values, String type, Instant now) {
        if (values.isEmpty() || values.get(0).isNull()) {
            return NullNode.instance;
        }
        JsonNode first = values.get(0);
        return switch (type) {
            case "string" ->
                TextNode.valueOf(values.stream().map(CrdColumns::text).collect(Collectors.joining(" ")));
            case "integer" -> first.isNumber() ? LongNode.valueOf(first.longValue()) : NullNode.instance;
            case "number" -> first.isNumber() ? first : NullNode.instance;
            case "boolean" -> first.isBoolean() ? first : NullNode.instance;
            case "date" -> first.isTextual() ? TextNode.valueOf(Age.of(first.asText(), now)) : NullNode.instance;
            default -> NullNode.instance;
        };
    }

    private static String text(JsonNode value) {
        return value.isValueNode() ? value.asText() : value.toString();
    }

    static TableColumn age() {
        return of(JsonNodeFactory.instance
                .objectNode()
                .put("name", "Age")
                .put("type", "date")
                .put("jsonPath", ".metadata.creationTimestamp"));
    }
}
