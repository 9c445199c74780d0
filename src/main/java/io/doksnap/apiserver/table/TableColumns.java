package io.doksnap.apiserver.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The columns of a kind, and the tables made with them. Immutable. */
public final class TableColumns {
    /** What each row carries of its object, as the request's {@code includeObject} asks. */
    public enum Include {
        METADATA,
        OBJECT,
        NONE;

        /** Metadata unless the request says {@code Object} or {@code None}. */
        public static Include of(String parameter) {
            return switch (parameter) {
                case "Object" -> OBJECT;
                case "None" -> NONE;
                default -> METADATA;
            };
        }
    }

    private final List<TableColumn> columns;

    private TableColumns(List<TableColumn> columns) {
        this.columns = List.copyOf(columns);
    }

    /**
     * The name, then the {@code additionalPrinterColumns} of a CRD's version; the age where it has none.
     *
     * @throws IllegalArgumentException where a JSONPath cannot be read
     */
    public static TableColumns ofCrdVersion(JsonNode version) {
        List<TableColumn> columns = new ArrayList<>();
        columns.add(CoreColumns.name());
        version.path("additionalPrinterColumns").forEach(column -> columns.add(CrdColumns.of(column)));
        if (columns.size() == 1) {
            columns.add(CrdColumns.age());
        }
        return new TableColumns(columns);
    }

    /** Of a core kind such as {@code Secret}. */
    public static TableColumns ofCoreKind(String kind) {
        return new TableColumns(CoreColumns.of(kind));
    }

    /**
     * A whole Table, with one row an object.
     *
     * @param metadata of the list, such as its resourceVersion
     */
    public ObjectNode table(Collection<? extends JsonNode> objects, JsonNode metadata, Include include, Instant now) {
        ObjectNode table = JsonNodeFactory.instance.objectNode();
        table.put("kind", "Table").put("apiVersion", "meta.k8s.io/v1");
        table.set("metadata", metadata);
        ArrayNode definitions = table.putArray("columnDefinitions");
        columns.forEach(column -> definitions.add(column.definition()));
        ArrayNode rows = table.putArray("rows");
        objects.forEach(object -> rows.add(row(object, include, now)));
        return table;
    }

    private ObjectNode row(JsonNode object, Include include, Instant now) {
        ObjectNode row = JsonNodeFactory.instance.objectNode();
        ArrayNode cells = row.putArray("cells");
        columns.forEach(column -> cells.add(column.cell().of(object, now)));
        switch (include) {
            case OBJECT -> row.set("object", object);
            case METADATA -> {
                ObjectNode partial = row.putObject("object");
                partial.put("kind", "PartialObjectMetadata").put("apiVersion", "meta.k8s.io/v1");
                partial.set("metadata", object.path("metadata"));
            }
            case NONE -> row.putNull("object");
        }
        return row;
    }
}
