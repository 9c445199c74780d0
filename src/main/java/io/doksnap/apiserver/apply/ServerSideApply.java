package io.doksnap.apiserver.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.apiserver.apply.ApplyConflict.Conflict;
import io.doksnap.apiserver.apply.ManagedFields.Share;
import io.doksnap.apiserver.apply.Manager.Operation;
import io.doksnap.apiserver.schema.SchemaNode;
import io.doksnap.apiserver.schema.StructuralSchema;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Merges what somebody wants of an object into what is there, and keeps the book of who wants what. */
public final class ServerSideApply {
    /** What only the server sets: an applied object may carry it, from a {@code get}, and it means nothing. */
    private static final List<String> OF_THE_SERVER = List.of(
            "creationTimestamp",
            "deletionGracePeriodSeconds",
            "deletionTimestamp",
            "generation",
            "managedFields",
            "resourceVersion",
            "selfLink",
            "uid");

    private static final String BEFORE = "before-first-apply";

    private ServerSideApply() {}

    /**
     * The object as it is to be stored, except for defaults; equal to the live one where nothing changes.
     *
     * @param live what is stored, or null where the object is created; not changed
     * @param applied only the fields that the applier wants, without what the endpoint ignores (status, for one with
     *     that subresource), pruned, without defaults; not changed
     * @throws ApplyConflict where others manage fields that would change, and the applier does not force it
     * @throws ApplyException where a list's items cannot be told apart, or managedFields are applied
     */
    public static ObjectNode apply(
            @Nullable ObjectNode live, ObjectNode applied, Applier applier, StructuralSchema schema)
            throws ApplyConflict, ApplyException {
        if (!applied.path("metadata").path("managedFields").isEmpty()) {
            throw new ApplyException("metadata.managedFields must be nil");
        }
        ObjectNode wanted = wanted(applied, applier);
        Ambiguity.check(wanted, schema.root());
        return insistingAsMuchAs(applied, merged(live, wanted, applier, schema));
    }

    private static ObjectNode merged(
            @Nullable ObjectNode live, ObjectNode wanted, Applier applier, StructuralSchema schema)
            throws ApplyConflict {
        if (applier.force() || live == null || !applier.manager().equals(LastApplied.MANAGER)) {
            return new Attempt(live, wanted, applier, schema.root()).carryOut();
        }
        FieldSet unchanged = LastApplied.unchangedFields(live, schema.root());
        return new Attempt(live, wanted, applier, schema.root())
                .tolerating(unchanged)
                .carryOut();
    }

    /** Who names a version or an identity means that one and no other: whoever stores the object holds it against the live one. */
    private static ObjectNode insistingAsMuchAs(ObjectNode applied, ObjectNode merged) {
        for (String name : List.of("resourceVersion", "uid")) {
            String expected = applied.path("metadata").path(name).asText("");
            if (!expected.isEmpty()) {
                merged.withObjectProperty("metadata").put(name, expected);
            }
        }
        return merged;
    }

    private static ObjectNode wanted(ObjectNode applied, Applier applier) {
        ObjectNode wanted = applied.deepCopy();
        if (wanted.path("metadata") instanceof ObjectNode metadata) {
            metadata.remove(OF_THE_SERVER);
            if (applier.subresource().equals("status")) {
                metadata.retain("name", "namespace");
            }
        }
        if (applier.subresource().equals("status")) {
            wanted.retain("apiVersion", "kind", "metadata", "status");
        }
        return wanted;
    }

    /** One apply, from what is stored to what is to be stored. */
    private static final class Attempt {
        private final ObjectNode before;
        private final ObjectNode wanted;
        private final Applier applier;
        private final SchemaNode schema;
        private final Manager self;
        private final ManagedFields managed;
        private FieldSet tolerated = FieldSet.NONE;

        Attempt(@Nullable ObjectNode live, ObjectNode wanted, Applier applier, SchemaNode schema) {
            this.before = live == null ? JsonNodeFactory.instance.objectNode() : Ownership.withoutManagedFields(live);
            this.wanted = wanted;
            this.applier = applier;
            this.schema = schema;
            String apiVersion = wanted.path("apiVersion").asText();
            this.self = new Manager(applier.manager(), Operation.APPLY, apiVersion, applier.subresource());
            this.managed = live == null ? new ManagedFields() : Ownership.of(live);
            if (live != null && managed.isEmpty()) {
                // Whatever is there was wanted by somebody.
                Manager unknown = new Manager(BEFORE, Operation.UPDATE, apiVersion, "");
                managed.set(unknown, FieldSets.of(before, schema), true, applier.time());
            }
        }

        /** Conflicts in these fields alone are none; as in Kubernetes, one more conflict brings all of them back. */
        Attempt tolerating(FieldSet fields) {
            tolerated = fields;
            return this;
        }

        ObjectNode carryOut() throws ApplyConflict {
            FieldSet last = managed.fieldsOf(self);
            FieldSet fields = FieldSets.of(wanted, schema);
            FieldSet everybodys =
                    managed.others(self).stream().map(Share::fields).reduce(fields, FieldSet::union);
            JsonNode merged = Merging.merge(before, wanted, schema);
            ObjectNode after = (ObjectNode) withoutWhatWasGivenUp(merged, last, everybodys);
            Comparison comparison = Comparison.of(before, after, schema);
            refuseConflicts(comparison);
            managed.takeFromOthers(self, comparison.written().union(comparison.removed()));
            if (applier.manager().equals(LastApplied.MANAGER)) {
                LastApplied.refresh(after, wanted);
            }
            managed.set(self, fields, !after.equals(before), applier.time());
            return Ownership.with(after, managed);
        }

        /** Gone is what the applier had and does not want any more, unless another manager has it, or something inside. */
        private JsonNode withoutWhatWasGivenUp(JsonNode merged, FieldSet last, FieldSet everybodys) {
            FieldSet had = FieldSets.withNamedFields(last, schema);
            FieldSet wantedByAnybody = FieldSets.withNamedFields(everybodys, schema);
            if (had.minus(wantedByAnybody).isEmpty()) {
                return merged;
            }
            JsonNode pruned = Removal.remove(merged, had, schema);
            FieldSet mergedSet = FieldSets.withNamedFields(FieldSets.of(merged, schema), schema);
            FieldSet prunedSet = FieldSets.withNamedFields(FieldSets.of(pruned, schema), schema);
            pruned = Removal.remove(merged, mergedSet.minus(prunedSet.union(wantedByAnybody)), schema);
            prunedSet = FieldSets.withNamedFields(FieldSets.of(pruned, schema), schema);
            return Removal.remove(merged, mergedSet.minus(prunedSet).intersection(had), schema);
        }

        private void refuseConflicts(Comparison comparison) throws ApplyConflict {
            if (applier.force()) {
                return;
            }
            List<Conflict> conflicts = new ArrayList<>();
            FieldSet contested = FieldSet.NONE;
            for (Share share : managed.others(self)) {
                FieldSet theirs = share.fields().intersection(comparison.written());
                contested = contested.union(theirs);
                theirs.forEachPath((path, set) ->
                        conflicts.add(new Conflict(share.manager().shown(), path)));
            }
            if (!contested.minus(tolerated).isEmpty()) {
                throw new ApplyConflict(conflicts);
            }
        }
    }
}
