package io.doksnap.apiserver.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.doksnap.apiserver.schema.SchemaNode;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What differs between two versions of an object, field by field. */
record Comparison(FieldSet added, FieldSet modified, FieldSet removed) {
    private static final Comparison SAME = new Comparison(FieldSet.NONE, FieldSet.NONE, FieldSet.NONE);
    private static final Comparison ADDED = new Comparison(FieldSet.LEAF, FieldSet.NONE, FieldSet.NONE);
    private static final Comparison MODIFIED = new Comparison(FieldSet.NONE, FieldSet.LEAF, FieldSet.NONE);
    private static final Comparison REMOVED = new Comparison(FieldSet.NONE, FieldSet.NONE, FieldSet.LEAF);

    static Comparison of(JsonNode old, JsonNode now, SchemaNode schema) {
        if (old.equals(now)) {
            return SAME;
        }
        Optional<Map<Element, JsonNode>> before = parts(old, schema);
        Optional<Map<Element, JsonNode>> after = parts(now, schema);
        boolean bothHollow = before.filter(parts -> !parts.isEmpty()).isEmpty()
                && after.filter(parts -> !parts.isEmpty()).isEmpty();
        if (before.isEmpty() || after.isEmpty() || bothHollow || isOtherKind(old, now)) {
            return leaf(old, now);
        }
        Comparison inside = inside(before.get(), after.get(), schema);
        if (old.isMissingNode()) {
            return new Comparison(inside.added.union(FieldSet.LEAF), inside.modified, inside.removed);
        }
        return now.isMissingNode()
                ? new Comparison(inside.added, inside.modified, inside.removed.union(FieldSet.LEAF))
                : inside;
    }

    private static boolean isOtherKind(JsonNode old, JsonNode now) {
        boolean both = !old.isMissingNode() && !now.isMissingNode();
        return both && old.isObject() != now.isObject();
    }

    /** Nothing has no parts, but it does not keep the other version from having some. */
    private static Optional<Map<Element, JsonNode>> parts(JsonNode value, SchemaNode schema) {
        return value.isMissingNode() ? Optional.of(Map.of()) : Parts.of(value, schema);
    }

    private static Comparison leaf(JsonNode old, JsonNode now) {
        if (old.isMissingNode()) {
            return ADDED;
        }
        return now.isMissingNode() ? REMOVED : MODIFIED;
    }

    private static Comparison inside(Map<Element, JsonNode> before, Map<Element, JsonNode> after, SchemaNode schema) {
        Map<Element, FieldSet> added = new LinkedHashMap<>();
        Map<Element, FieldSet> modified = new LinkedHashMap<>();
        Map<Element, FieldSet> removed = new LinkedHashMap<>();
        Set<Element> all = new LinkedHashSet<>(before.keySet());
        all.addAll(after.keySet());
        for (Element element : all) {
            Comparison part = of(
                    before.getOrDefault(element, MissingNode.getInstance()),
                    after.getOrDefault(element, MissingNode.getInstance()),
                    Parts.schema(schema, element));
            added.put(element, part.added);
            modified.put(element, part.modified);
            removed.put(element, part.removed);
        }
        return new Comparison(FieldSet.of(false, added), FieldSet.of(false, modified), FieldSet.of(false, removed));
    }

    /** What somebody who made this change manages from now on. */
    FieldSet written() {
        return added.union(modified);
    }
}
