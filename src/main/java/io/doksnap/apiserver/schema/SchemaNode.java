package io.doksnap.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a schema says of one value, compiled. Immutable.
 *
 * @param fallback what is filled in where the value is absent
 */
public record SchemaNode(
        Shape shape,
        Children children,
        Merging merging,
        @Nullable JsonNode fallback,
        List<Rule> rules) {

    /** Nothing is known: maps merge field by field, lists are one value. This is how Kubernetes guesses, too. */
    public static final SchemaNode UNKNOWN = new SchemaNode(
            new Shape("", true, false, true), new Children(Map.of(), null, null), Merging.PLAIN, null, List.of());

    /** @param type of JSON, or empty where any is allowed */
    record Shape(String type, boolean nullable, boolean intOrString, boolean preserveUnknown) {}

    /** @param additional what the values of unnamed fields are, where those are allowed */
    record Children(
            Map<String, SchemaNode> properties,
            @Nullable SchemaNode additional,
            @Nullable SchemaNode items) {}

    /** How two writers' values of a list come together. */
    public enum ListType {
        ATOMIC,
        SET,
        MAP
    }

    /** @param keys of a list of type MAP */
    record Merging(ListType listType, List<String> keys, boolean atomicMap) {
        static final Merging PLAIN = new Merging(ListType.ATOMIC, List.of(), false);
    }

    public SchemaNode {
        rules = List.copyOf(rules);
    }

    /** The field of this name, named or additional; UNKNOWN where the schema does not say. */
    public SchemaNode field(String name) {
        SchemaNode named = children.properties().get(name);
        if (named != null) {
            return named;
        }
        return children.additional() == null ? UNKNOWN : children.additional();
    }

    /** Whether the schema names this field; keys of maps it does not. */
    public boolean hasProperty(String name) {
        return children.properties().containsKey(name);
    }

    /** The items of the list; UNKNOWN where the schema does not say. */
    public SchemaNode item() {
        return children.items() == null ? UNKNOWN : children.items();
    }

    public ListType listType() {
        return merging.listType();
    }

    /** The fields that tell the items of a list of type MAP apart. */
    public List<String> listMapKeys() {
        return merging.keys();
    }

    /** Whether an object here is one value, owned and replaced as a whole. */
    public boolean isAtomicMap() {
        return merging.atomicMap();
    }

    /** What stands for the key of a list item that does not give it, or null. */
    public @Nullable JsonNode defaultOf(String field) {
        SchemaNode named = children.properties().get(field);
        return named == null ? null : named.fallback();
    }

    /** Whether nothing is said of what lies inside, so that nobody needs to walk there. */
    boolean saysNothingInside() {
        boolean noFields = children.properties().isEmpty() && children.additional() == null;
        return noFields && children.items() == null && shape.preserveUnknown();
    }

    boolean isNonNullable() {
        return !shape.nullable();
    }

    boolean takesAnyField() {
        return shape.preserveUnknown() || children.additional() != null;
    }
}
