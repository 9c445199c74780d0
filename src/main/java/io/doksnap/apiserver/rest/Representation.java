package io.doksnap.apiserver.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.apiserver.json.Json;
import io.doksnap.apiserver.rest.Accepted.As;
import io.doksnap.apiserver.table.TableColumns.Include;
import java.time.Clock;
import java.util.List;

/** Shows objects in the way that a client asked for: whole, as rows of a table, or just their metadata. */
record Representation(Target target, As as, Include include, Clock clock) {
    private static final String META = "meta.k8s.io/v1";

    ObjectNode one(ObjectNode object) {
        return switch (as) {
            case OBJECT -> target.outward(object);
            case METADATA -> metadataOnly(object);
            case TABLE -> {
                ObjectNode metadata = Json.object();
                metadata.set("resourceVersion", object.at("/metadata/resourceVersion"));
                yield table(List.of(object), metadata);
            }
        };
    }

    /** @param metadata of the list: its version, and where it goes on */
    ObjectNode list(List<ObjectNode> objects, ObjectNode metadata) {
        return switch (as) {
            case OBJECT -> {
                ObjectNode list =
                        start(target.shown().names().listKind(), target.shown().apiVersion(), metadata);
                ArrayNode items = list.putArray("items");
                objects.forEach(object -> items.add(target.outward(object)));
                yield list;
            }
            case METADATA -> {
                ObjectNode list = start("PartialObjectMetadataList", META, metadata);
                ArrayNode items = list.putArray("items");
                objects.forEach(object -> items.add(metadataOnly(object)));
                yield list;
            }
            case TABLE -> table(objects, metadata);
        };
    }

    /** An object that only carries a version. */
    ObjectNode bookmark(ObjectNode bookmark) {
        return switch (as) {
            case OBJECT ->
                start(target.shown().kind(), target.shown().apiVersion(), (ObjectNode) bookmark.get("metadata"));
            case METADATA -> start("PartialObjectMetadata", META, (ObjectNode) bookmark.get("metadata"));
            case TABLE -> table(List.of(), (ObjectNode) bookmark.get("metadata"));
        };
    }

    private ObjectNode table(List<ObjectNode> objects, ObjectNode metadata) {
        return target.kept().looks().columns().table(objects, metadata, include, clock.instant());
    }

    private static ObjectNode metadataOnly(ObjectNode object) {
        return start("PartialObjectMetadata", META, (ObjectNode) object.get("metadata"));
    }

    private static ObjectNode start(String kind, String apiVersion, ObjectNode metadata) {
        ObjectNode object = Json.object().put("kind", kind).put("apiVersion", apiVersion);
        object.set("metadata", metadata);
        return object;
    }
}
