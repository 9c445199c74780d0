package io.doksnap.apiserver.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.apiserver.apply.Manager.Operation;
import io.doksnap.apiserver.schema.StructuralSchema;
import org.jspecify.annotations.Nullable;

/** Keeps {@code metadata.managedFields} true when objects are created, updated or patched. */
public final class Ownership {
    private Ownership() {}

    /**
     * The new object with its {@code metadata.managedFields}: who writes gets the fields that differ, and everybody else
     * loses them. Somebody who sends managedFields replaces those that were stored; {@code [{}]} clears them.
     *
     * @param old what is stored, or null where the object is created
     * @param written what is to be stored, complete; not changed
     */
    public static ObjectNode afterUpdate(
            @Nullable ObjectNode old, ObjectNode written, Applier writer, StructuralSchema schema) {
        ObjectNode before = old == null ? JsonNodeFactory.instance.objectNode() : withoutManagedFields(old);
        ObjectNode after = withoutManagedFields(written);
        ManagedFields managed = stored(old, written, writer);
        Comparison comparison = Comparison.of(before, after, schema.root());
        FieldSet taken = FieldSets.managed(comparison.written());
        Manager self = new Manager(
                writer.manager(), Operation.UPDATE, after.path("apiVersion").asText(), writer.subresource());
        FieldSet kept = managed.fieldsOf(self).minus(comparison.removed());
        managed.takeFromOthers(self, comparison.written().union(comparison.removed()));
        managed.set(self, kept.union(taken), !taken.isEmpty(), writer.time());
        managed.cap(self.apiVersion());
        return with(after, managed);
    }

    private static ManagedFields stored(@Nullable ObjectNode old, ObjectNode written, Applier writer) {
        JsonNode sent = written.path("metadata").path("managedFields");
        boolean cleared = sent.size() == 1 && sent.get(0).isEmpty();
        if (writer.subresource().isEmpty() && cleared) {
            return new ManagedFields();
        }
        if (writer.subresource().isEmpty() && !sent.isEmpty()) {
            var managed = ManagedFields.fromJson(sent);
            if (managed.isPresent()) {
                return managed.get();
            }
        }
        return old == null ? new ManagedFields() : of(old);
    }

    /** The managers that are stored with an object; none where they cannot be read. */
    static ManagedFields of(ObjectNode object) {
        return ManagedFields.fromJson(object.path("metadata").path("managedFields"))
                .orElseGet(ManagedFields::new);
    }

    static ObjectNode withoutManagedFields(ObjectNode object) {
        ObjectNode copy = object.deepCopy();
        if (copy.path("metadata") instanceof ObjectNode metadata) {
            metadata.remove("managedFields");
        }
        return copy;
    }

    /** @param object is changed */
    static ObjectNode with(ObjectNode object, ManagedFields managed) {
        if (!managed.isEmpty() && !object.has("metadata")) {
            object.putObject("metadata");
        }
        // Metadata that is no object is left to the schema to complain of.
        if (!managed.isEmpty() && object.path("metadata") instanceof ObjectNode metadata) {
            metadata.set("managedFields", managed.toJson());
        }
        return object;
    }
}
