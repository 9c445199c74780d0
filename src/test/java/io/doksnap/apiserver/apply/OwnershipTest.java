package io.doksnap.apiserver.apply;

import static io.doksnap.testing.Json.json;
import static io.doksnap.testing.Json.object;
import static io.doksnap.testing.Json.policiesSchema;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.apiserver.schema.StructuralSchema;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class OwnershipTest {
    private static final StructuralSchema SCHEMA = StructuralSchema.of(policiesSchema());
    private static final Instant T1 = Instant.parse("2026-11-23T10:00:00Z");

    private static Applier by(String manager, int minute) {
        return new Applier(manager, "", false, T1.plusSeconds(60L * minute));
    }

    private static ObjectNode created() {
        return Ownership.afterUpdate(
                null,
                object(
                        "{apiVersion: 'doksnap.io/v1', kind: 'BackupPolicy', metadata: {name: 'a', labels: {l: '1'}}, spec: {host: 'a', sources: [{name: 's'}]}}"),
                by("kubectl-create", 0),
                SCHEMA);
    }

    @Test
    void whoCreatesOwnsEverythingAndTheMapsAroundIt() {
        assertThat(created().at("/metadata/managedFields")).isEqualTo(json("""
                [{manager: 'kubectl-create', operation: 'Update', apiVersion: 'doksnap.io/v1', time: '2026-11-23T10:00:00Z', fieldsType: 'FieldsV1', fieldsV1: {
                  'f:metadata': {'f:labels': {'.': {}, 'f:l': {}}},
                  'f:spec': {'.': {}, 'f:host': {}, 'f:sources': {'.': {}, 'k:{"name":"s"}': {'.': {}, 'f:name': {}}}}}}]"""));
    }

    @Test
    void whoChangesAFieldTakesIt() {
        ObjectNode changed = created();
        changed.withObjectProperty("spec").put("host", "b");
        ObjectNode after = Ownership.afterUpdate(created(), changed, by("kubectl-edit", 1), SCHEMA);
        assertThat(after.at("/metadata/managedFields/1/fieldsV1")).isEqualTo(json("{'f:spec': {'f:host': {}}}"));
        assertThat(after.at("/metadata/managedFields/0/fieldsV1/f:spec").has("f:host"))
                .isFalse();
    }

    @Test
    void fieldThatIsRemovedHasNoOwner() {
        ObjectNode changed = created();
        changed.withObjectProperty("spec").remove("host");
        ObjectNode after = Ownership.afterUpdate(created(), changed, by("kubectl-edit", 1), SCHEMA);
        assertThat(after.at("/metadata/managedFields")).hasSize(1);
        assertThat(after.at("/metadata/managedFields/0/fieldsV1/f:spec").has("f:host"))
                .isFalse();
    }

    @Test
    void updateThatChangesNothingChangesNoTime() {
        assertThat(Ownership.afterUpdate(created(), created(), by("kubectl-create", 5), SCHEMA))
                .isEqualTo(created());
        assertThat(Ownership.afterUpdate(created(), created(), by("another", 5), SCHEMA))
                .isEqualTo(created());
    }

    @Test
    void clientThatKnowsNothingOfManagersDoesNotLoseThem() {
        ObjectNode bare = created();
        bare.withObjectProperty("metadata").remove("managedFields");
        assertThat(Ownership.afterUpdate(created(), bare, by("old", 1), SCHEMA)).isEqualTo(created());
        bare.withObjectProperty("metadata")
                .putArray("managedFields")
                .addObject()
                .put("operation", "nonsense");
        assertThat(Ownership.afterUpdate(created(), bare, by("old", 1), SCHEMA)).isEqualTo(created());
    }

    @Test
    void emptyEntryClearsTheManagers() {
        ObjectNode cleared = created();
        cleared.withObjectProperty("metadata").putArray("managedFields").addObject();
        assertThat(Ownership.afterUpdate(created(), cleared, by("me", 1), SCHEMA)
                        .path("metadata")
                        .has("managedFields"))
                .isFalse();
    }

    @Test
    void subresourceDoesNotReplaceManagers() {
        ObjectNode cleared = created();
        cleared.withObjectProperty("metadata").putArray("managedFields").addObject();
        cleared.putObject("status").put("size", 1);
        ObjectNode after = Ownership.afterUpdate(created(), cleared, new Applier("me", "status", false, T1), SCHEMA);
        assertThat(after.at("/metadata/managedFields")).hasSize(2);
    }

    @Test
    void managersThatUpdatedLongAgoBecomeOne() {
        ObjectNode live = created();
        for (int i = 0; i < 15; i++) {
            ObjectNode changed = live.deepCopy();
            changed.withObjectProperty("metadata").withObjectProperty("labels").put("l" + i, "x");
            live = Ownership.afterUpdate(live, changed, by("m" + i, i + 1), SCHEMA);
        }
        JsonNode managed = live.at("/metadata/managedFields");
        assertThat(managed).hasSize(11);
        assertThat(managed.findValuesAsText("manager"))
                .contains("ancient-changes", "m14")
                .doesNotContain("m0");
    }
}
