package io.doksnap.apiserver.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.apiserver.patch.PatchException.Kind;
import io.doksnap.apiserver.schema.SchemaNode;
import io.doksnap.apiserver.schema.StructuralSchema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A merge patch that also merges lists whose items have keys, with directives such as {@code $patch: delete}
 * (<a href="https://github.com/kubernetes/community/blob/master/contributors/devel/sig-api-machinery/strategic-merge-patch.md">its
 * description</a>). Only for core kinds: for others kubectl is told that it is not supported, and sends a merge patch.
 */
public final class StrategicMergePatch {
    private static final String DIRECTIVE = "$patch";
    private static final String RETAIN = "$retainKeys";
    private static final String DELETE_PRIMITIVES = "$deleteFromPrimitiveList/";
    private static final String ORDER = "$setElementOrder/";

    private StrategicMergePatch() {}

    /** A new object, which carries no directive. */
    public static JsonNode apply(JsonNode target, JsonNode patch, StructuralSchema schema) throws PatchException {
        Depth.check(patch);
        if (!(patch instanceof ObjectNode object)) {
            throw new PatchException(Kind.MALFORMED, "A strategic merge patch is an object.");
        }
        return merge(target.deepCopy(), object, schema.root());
    }

    private static ObjectNode merge(JsonNode target, ObjectNode patch, SchemaNode schema) throws PatchException {
        ObjectNode merged = target instanceof ObjectNode object ? object : JsonNodeFactory.instance.objectNode();
        switch (patch.path(DIRECTIVE).asText("merge")) {
            case "merge" -> {}
            case "replace" -> merged.removeAll();
            case "delete" -> {
                return merged.removeAll();
            }
            default -> throw unknown(patch.path(DIRECTIVE));
        }
        for (var field : patch.properties()) {
            if (!field.getKey().startsWith("$")) {
                mergeField(merged, field.getKey(), field.getValue(), schema.field(field.getKey()));
            }
        }
        for (var field : patch.properties()) {
            String name = field.getKey();
            if (name.startsWith(DELETE_PRIMITIVES)) {
                delete(merged.path(name.substring(DELETE_PRIMITIVES.length())), field.getValue());
            } else if (name.startsWith(ORDER)) {
                String list = name.substring(ORDER.length());
                order(merged.path(list), field.getValue(), schema.field(list));
            } else if (name.equals(RETAIN)) {
                Set<String> kept = new HashSet<>();
                field.getValue().forEach(key -> kept.add(key.asText()));
                merged.retain(kept);
            }
        }
        return merged;
    }

    private static void mergeField(ObjectNode merged, String name, JsonNode patch, SchemaNode schema)
            throws PatchException {
        JsonNode before = merged.path(name);
        if (patch.isNull()) {
            merged.remove(name);
        } else if (patch instanceof ObjectNode object) {
            merged.set(name, merge(before, object, schema));
        } else if (patch instanceof ArrayNode list) {
            merged.set(
                    name,
                    mergeList(
                            before instanceof ArrayNode old ? old : JsonNodeFactory.instance.arrayNode(),
                            list,
                            schema));
        } else {
            merged.set(name, patch);
        }
    }

    private static ArrayNode mergeList(ArrayNode before, ArrayNode patch, SchemaNode schema) throws PatchException {
        return switch (schema.listType()) {
            case ATOMIC -> withoutDirectives(patch);
            case SET -> {
                Set<JsonNode> present = new HashSet<>();
                before.forEach(present::add);
                patch.forEach(item -> {
                    if (present.add(item)) {
                        before.add(item);
                    }
                });
                yield before;
            }
            case MAP -> mergeByKey(before, patch, schema);
        };
    }

    private static ArrayNode mergeByKey(ArrayNode before, ArrayNode patch, SchemaNode schema) throws PatchException {
        for (JsonNode item : patch) {
            if (item.path(DIRECTIVE).asText().equals("replace")
                    && keyOf(item, schema).isMissingNode()) {
                return withoutDirectives(patch);
            }
        }
        Map<JsonNode, JsonNode> items = byKey(before, schema);
        for (JsonNode item : patch) {
            JsonNode key = keyOf(item, schema);
            if (!(item instanceof ObjectNode object) || key.isMissingNode()) {
                throw new PatchException(
                        Kind.MALFORMED,
                        "map: " + item + " does not contain declared merge key: "
                                + schema.listMapKeys().get(0));
            }
            if (item.path(DIRECTIVE).asText().equals("delete")) {
                items.remove(key);
            } else {
                JsonNode old = items.getOrDefault(key, JsonNodeFactory.instance.objectNode());
                items.put(key, merge(old, object, schema.item()));
            }
        }
        return JsonNodeFactory.instance.arrayNode().addAll(items.values());
    }

    /** Items in their order, by what tells them apart: the first key of a list map, the item itself in a set. */
    private static Map<JsonNode, JsonNode> byKey(JsonNode list, SchemaNode schema) {
        Map<JsonNode, JsonNode> items = new LinkedHashMap<>();
        list.forEach(item -> items.put(keyOf(item, schema), item));
        return items;
    }

    private static JsonNode keyOf(JsonNode item, SchemaNode schema) {
        return schema.listType() == SchemaNode.ListType.MAP
                ? item.path(schema.listMapKeys().get(0))
                : item;
    }

    private static ArrayNode withoutDirectives(ArrayNode list) {
        ArrayNode plain = JsonNodeFactory.instance.arrayNode();
        for (JsonNode item : list) {
            if (!item.has(DIRECTIVE)) {
                plain.add(item.deepCopy());
            }
        }
        return plain;
    }

    private static void delete(JsonNode list, JsonNode gone) {
        if (list instanceof ArrayNode items) {
            Set<JsonNode> values = new HashSet<>();
            gone.forEach(values::add);
            for (int i = items.size() - 1; i >= 0; i--) {
                if (values.contains(items.get(i))) {
                    items.remove(i);
                }
            }
        }
    }

    /** The named items first, in their order; what the patch does not name after them, as it was. */
    private static void order(JsonNode list, JsonNode order, SchemaNode schema) {
        if (!(list instanceof ArrayNode items) || schema.listType() == SchemaNode.ListType.ATOMIC) {
            return;
        }
        Map<JsonNode, JsonNode> left = byKey(items, schema);
        List<JsonNode> ordered = new ArrayList<>();
        for (JsonNode wanted : order) {
            JsonNode item = left.remove(keyOf(wanted, schema));
            if (item != null) {
                ordered.add(item);
            }
        }
        items.removeAll();
        items.addAll(ordered);
        items.addAll(left.values());
    }

    private static PatchException unknown(JsonNode directive) {
        return new PatchException(
                Kind.MALFORMED, "Unknown value for $patch: " + directive + "; known are merge, replace and delete.");
    }
}
