package io.doksnap.apiserver.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/** One column: its heading, and how a cell is made of an object. */
record TableColumn(String name, String type, String format, String description, int priority, Cell cell) {
    /** Makes the cell of one object. */
    @FunctionalInterface
    interface Cell {
        JsonNode of(JsonNode object, Instant now);
    }

    /** @param priority 0 is always shown, more only by {@code -o wide} */
    TableColumn(String name, int priority, Cell cell) {
        this(name, "string", "", "", priority, cell);
    }

    ObjectNode definition() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("name", name)
                .put("type", type)
                .put("format", format)
                .put("description", description)
                .put("priority", priority);
    }
}
