package io.doksnap.apiserver.resource;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.apiserver.failure.Failures.Subject;
import io.doksnap.apiserver.schema.StructuralSchema;
import io.doksnap.apiserver.selector.SelectableFields;
import io.doksnap.apiserver.storage.Key;
import io.doksnap.apiserver.table.TableColumns;
import java.util.List;
import java.util.Optional;

/**
 * One kind as it is served.
 *
 * @param group empty for the core group
 * @param status whether its status is written on its own
 */
public record ResourceType(
        String group, String version, Names names, boolean namespaced, boolean status, Origin origin, Looks looks) {
    /** Where a kind comes from, which decides how it is patched and whether it has generations. */
    public enum Origin {
        CORE,
        DEFINED
    }

    /** What it is called. */
    public record Names(
            String plural,
            String singular,
            String kind,
            String listKind,
            List<String> shortNames,
            List<String> categories) {
        public Names {
            shortNames = List.copyOf(shortNames);
            categories = List.copyOf(categories);
        }
    }

    /**
     * Its schema, the columns of its tables, and what it can be selected by.
     *
     * @param definition the schema as its definition has it; empty for core kinds
     */
    public record Looks(
            StructuralSchema schema, TableColumns columns, SelectableFields fields, Optional<ObjectNode> definition) {}

    public String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    public String plural() {
        return names.plural();
    }

    public String kind() {
        return names.kind();
    }

    /** Plural and group. */
    public String resource() {
        return group.isEmpty() ? names.plural() : names.plural() + "." + group;
    }

    /** How messages call it. */
    public Subject subject() {
        return new Subject(group, names.plural(), names.kind());
    }

    /** Where an object of it is kept. */
    public Key key(String namespace, String name) {
        return new Key(resource(), namespace, name);
    }

    public boolean defined() {
        return origin == Origin.DEFINED;
    }

    /** Whether this is a core kind of this name. */
    public boolean isCore(String plural) {
        return origin == Origin.CORE && names.plural().equals(plural);
    }
}
