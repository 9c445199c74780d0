package io.doksnap.apiserver.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * A set of fields of an object, as a tree. Immutable. In JSON it is a FieldsV1: {@code {"f:spec":{".":{},"f:host":{}}}}.
 *
 * @param member whether the place itself belongs to the set, and not only something inside of it
 */
record FieldSet(boolean member, SortedMap<Element, FieldSet> children) {
    static final FieldSet NONE = new FieldSet(false, Collections.emptySortedMap());
    /** A place with nothing inside. */
    static final FieldSet LEAF = new FieldSet(true, Collections.emptySortedMap());

    private static final String SELF = ".";

    /** The set with these parts; those that are empty are left out. */
    static FieldSet of(boolean member, Map<Element, FieldSet> parts) {
        SortedMap<Element, FieldSet> children = new TreeMap<>();
        parts.forEach((element, set) -> {
            if (!set.isEmpty()) {
                children.put(element, set);
            }
        });
        return new FieldSet(member, Collections.unmodifiableSortedMap(children));
    }

    /** One field, some way down. */
    static FieldSet path(String... names) {
        FieldSet set = LEAF;
        for (int i = names.length - 1; i >= 0; i--) {
            set = of(false, Map.of(Element.field(names[i]), set));
        }
        return set;
    }

    boolean isEmpty() {
        return !member && children.isEmpty();
    }

    FieldSet child(Element element) {
        return children.getOrDefault(element, NONE);
    }

    FieldSet union(FieldSet other) {
        if (isEmpty() || other.isEmpty()) {
            return isEmpty() ? other : this;
        }
        Map<Element, FieldSet> both = new TreeMap<>(children);
        other.children.forEach((element, set) -> both.merge(element, set, FieldSet::union));
        return of(member || other.member, both);
    }

    FieldSet intersection(FieldSet other) {
        if (isEmpty() || other.isEmpty()) {
            return NONE;
        }
        Map<Element, FieldSet> common = new TreeMap<>();
        children.forEach((element, set) -> common.put(element, set.intersection(other.child(element))));
        return of(member && other.member, common);
    }

    /** Without the members of the other one; what lies inside of those stays. */
    FieldSet minus(FieldSet other) {
        if (isEmpty() || other.isEmpty()) {
            return this;
        }
        Map<Element, FieldSet> rest = new TreeMap<>();
        children.forEach((element, set) -> rest.put(element, set.minus(other.child(element))));
        return of(member && !other.member, rest);
    }

    /** Every member with its path, such as {@code .spec.sources[name="data"].volume}. */
    void forEachPath(BiConsumer<String, FieldSet> visitor) {
        forEachPath("", visitor);
    }

    private void forEachPath(String path, BiConsumer<String, FieldSet> visitor) {
        if (member) {
            visitor.accept(path, this);
        }
        children.forEach((element, set) -> set.forEachPath(path + element.shown(), visitor));
    }

    ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        if (member && !children.isEmpty()) {
            json.putObject(SELF);
        }
        children.forEach((element, set) -> json.set(element.text(), set.toJson()));
        return json;
    }

    /** Reads a FieldsV1; empty where it is none. */
    static Optional<FieldSet> fromJson(JsonNode json) {
        if (!json.isObject()) {
            return Optional.empty();
        }
        Map<Element, FieldSet> children = new TreeMap<>();
        for (Map.Entry<String, JsonNode> field : json.properties()) {
            if (field.getKey().equals(SELF)) {
                continue;
            }
            Optional<Element> element = Element.parse(field.getKey());
            Optional<FieldSet> set = fromJson(field.getValue());
            if (element.isEmpty() || set.isEmpty()) {
                return Optional.empty();
            }
            boolean bare = field.getValue().isEmpty();
            children.put(element.get(), bare ? LEAF : set.get());
        }
        return Optional.of(of(json.has(SELF), children));
    }
}
