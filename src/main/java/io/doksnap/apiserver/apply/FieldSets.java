package io.doksnap.apiserver.apply;

import com.fasterxml.jackson.databind.JsonNode;
import io.doksnap.apiserver.schema.SchemaNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The sets of fields that values have. */
final class FieldSets {
    /** What the server sets, or what tells objects apart, has no manager. */
    private static final FieldSet UNMANAGED = Stream.of(
                    FieldSet.path("apiVersion"),
                    FieldSet.path("kind"),
                    FieldSet.path("metadata"),
                    FieldSet.path("metadata", "name"),
                    FieldSet.path("metadata", "namespace"),
                    FieldSet.path("metadata", "creationTimestamp"),
                    FieldSet.path("metadata", "selfLink"),
                    FieldSet.path("metadata", "uid"),
                    FieldSet.path("metadata", "generation"),
                    FieldSet.path("metadata", "managedFields"),
                    FieldSet.path("metadata", "resourceVersion"))
            .reduce(FieldSet.NONE, FieldSet::union);

    private FieldSets() {}

    /** What somebody who applies this object manages. */
    static FieldSet of(JsonNode object, SchemaNode schema) {
        return managed(inside(object, schema));
    }

    /** Without what has no manager. */
    static FieldSet managed(FieldSet set) {
        return set.minus(UNMANAGED);
    }

    private static FieldSet inside(JsonNode value, SchemaNode schema) {
        Optional<Map<Element, JsonNode>> parts = Parts.of(value, schema);
        if (parts.isEmpty()) {
            return FieldSet.LEAF;
        }
        Map<Element, FieldSet> sets = new LinkedHashMap<>();
        parts.get().forEach((element, part) -> {
            FieldSet set = inside(part, Parts.schema(schema, element));
            boolean itself = isNamed(element, schema) ? isHollow(part) : true;
            sets.put(element, itself ? set.union(FieldSet.LEAF) : set);
        });
        return FieldSet.of(false, sets);
    }

    /** Null and the empty map have nothing inside that could stand for them. */
    private static boolean isHollow(JsonNode value) {
        return value.isNull() || (value.isObject() && value.isEmpty());
    }

    /** A field that the schema names: it is there because of what is inside; items and keys of maps are there for themselves. */
    private static boolean isNamed(Element element, SchemaNode schema) {
        return element.fieldName().filter(schema::hasProperty).isPresent();
    }

    /** With every named field on the way to a member: who gives up all that is inside gives up the field. */
    static FieldSet withNamedFields(FieldSet set, SchemaNode schema) {
        Map<Element, FieldSet> children = new LinkedHashMap<>();
        set.children().forEach((element, child) -> {
            FieldSet deeper = withNamedFields(child, Parts.schema(schema, element));
            children.put(element, isNamed(element, schema) ? deeper.union(FieldSet.LEAF) : deeper);
        });
        return FieldSet.of(set.member(), children);
    }
}
