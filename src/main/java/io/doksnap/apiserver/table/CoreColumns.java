package io.doksnap.apiserver.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** The columns that kubectl's users know of the core kinds. */
final class CoreColumns {
    private CoreColumns() {}

    static List<TableColumn> of(String kind) {
        return switch (kind) {
            case "Namespace" -> List.of(name(), text("Status", 0, ".status.phase"), age());
            case "Secret" ->
                List.of(
                        name(),
                        text("Type", 0, ".type"),
                        new TableColumn("Data", 0, (o, now) -> size(o, "data")),
                        age());
            case "ConfigMap" -> List.of(name(), new TableColumn("Data", 0, CoreColumns::configMapSize), age());
            case "Lease" -> List.of(name(), text("Holder", 0, ".spec.holderIdentity"), age());
            case "CustomResourceDefinition" -> List.of(name(), text("Created At", 0, ".metadata.creationTimestamp"));
            case "Event" -> event();
            default -> List.of(name(), age());
        };
    }

    static TableColumn name() {
        return new TableColumn(
                "Name",
                "string",
                "name",
                "Name must be unique within a namespace.",
                0,
                (object, now) ->
                        TextNode.valueOf(object.path("metadata").path("name").asText()));
    }

    private static TableColumn age() {
        return new TableColumn(
                "Age",
                0,
                (object, now) -> TextNode.valueOf(
                        Age.of(object.path("metadata").path("creationTimestamp").asText(""), now)));
    }

    private static TableColumn text(String heading, int priority, String path) {
        JsonPath parsed = JsonPath.parse(path);
        return new TableColumn(
                heading,
                priority,
                (object, now) -> TextNode.valueOf(parsed.find(object).stream()
                        .findFirst()
                        .map(JsonNode::asText)
                        .orElse("")));
    }

    private static JsonNode size(JsonNode object, String field) {
        return IntNode.valueOf(object.path(field).size());
    }

    private static JsonNode configMapSize(JsonNode object, Instant now) {
        return IntNode.valueOf(
                object.path("data").size() + object.path("binaryData").size());
    }

    private static List<TableColumn> event() {
        return List.of(
                new TableColumn("Last Seen", 0, (event, now) -> ago(event, now, "lastTimestamp")),
                text("Type", 0, ".type"),
                text("Reason", 0, ".reason"),
                new TableColumn("Object", 0, (event, now) -> involved(event)),
                text("Subobject", 1, ".involvedObject.fieldPath"),
                new TableColumn("Source", 1, (event, now) -> source(event)),
                new TableColumn(
                        "Message",
                        0,
                        (event, now) ->
                                TextNode.valueOf(event.path("message").asText().strip())),
                new TableColumn("First Seen", 1, (event, now) -> ago(event, now, "firstTimestamp")),
                new TableColumn(
                        "Count",
                        1,
                        (event, now) -> IntNode.valueOf(event.path("count").asInt(1))),
                new TableColumn(
                        "Name",
                        1,
                        (event, now) -> TextNode.valueOf(
                                event.path("metadata").path("name").asText())));
    }

    private static JsonNode ago(JsonNode event, Instant now, String field) {
        String eventTime = event.path("eventTime").asText("");
        return TextNode.valueOf(Age.of(event.path(field).asText(eventTime), now));
    }

    private static JsonNode involved(JsonNode event) {
        JsonNode object = event.path("involvedObject");
        return TextNode.valueOf(object.path("kind").asText().toLowerCase(Locale.ROOT) + "/"
                + object.path("name").asText());
    }

    private static JsonNode source(JsonNode event) {
        JsonNode source = event.path("source");
        String component =
                source.path("component").asText(event.path("reportingComponent").asText());
        String host = source.path("host").asText();
        return TextNode.valueOf(host.isEmpty() ? component : component + ", " + host);
    }
}
