package io.doksnap.apiserver.apply;

import static io.doksnap.testing.Json.json;
import static io.doksnap.testing.Json.object;
import static io.doksnap.testing.Json.policiesSchema;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.apiserver.schema.StructuralSchema;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ServerSideApplyTest {
    private static final StructuralSchema SCHEMA = StructuralSchema.of(policiesSchema());
    private static final Instant T1 = Instant.parse("2026-11-23T10:00:00.5Z");
    private static final Instant T2 = T1.plusSeconds(60);

    private static ObjectNode policy(String spec) {
        ObjectNode policy = object(
                "{apiVersion: 'doksnap.io/v1', kind: 'BackupPolicy', metadata: {name: 'shop', namespace: 'default'}}");
        policy.set("spec", json(spec));
        return policy;
    }

    private static Applier by(String manager, Instant time) {
        return new Applier(manager, "", false, time);
    }

    private static ObjectNode apply(@Nullable ObjectNode live, String manager, String spec) throws Exception {
        return ServerSideApply.apply(live, policy(spec), by(manager, T1), SCHEMA);
    }

    private static JsonNode fields(ObjectNode object, String manager) {
        for (JsonNode entry : object.path("metadata").path("managedFields")) {
            if (entry.path("manager").asText().equals(manager)) {
                return entry.path("fieldsV1");
            }
        }
        return json("'nobody'");
    }

    @Test
    void firstApplyCreatesAndOwnsWhatItNames() throws Exception {
        ObjectNode applied = policy(
                "{host: 'a', target: {matchLabels: {x: 'y'}}, sources: [{name: 'data', exclude: ['b']}], owner: {name: 'n'}}");
        applied.withObjectProperty("metadata")
                .putNull("creationTimestamp")
                .putObject("labels")
                .put("l", "1");
        ObjectNode created = ServerSideApply.apply(null, applied, by("me", T1), SCHEMA);
        assertThat(created.at("/metadata/managedFields")).isEqualTo(json("""
                [{manager: 'me', operation: 'Apply', apiVersion: 'doksnap.io/v1', time: '2026-11-23T10:00:00Z', fieldsType: 'FieldsV1', fieldsV1: {
                  'f:metadata': {'f:labels': {'f:l': {}}},
                  'f:spec': {'f:host': {}, 'f:owner': {}, 'f:sources': {'k:{"name":"data"}': {'.': {}, 'f:exclude': {}, 'f:name': {}}},
                             'f:target': {'f:matchLabels': {'f:x': {}}}}}}]"""));
        assertThat(created.path("metadata").has("creationTimestamp")).isFalse();
    }

    @Test
    void applyingTheSameAgainChangesNothing() throws Exception {
        ObjectNode live = apply(null, "me", "{host: 'a', sources: [{name: 'data'}], quiesce: {with: ['x']}}");
        ObjectNode again = ServerSideApply.apply(
                live, policy("{host: 'a', sources: [{name: 'data'}], quiesce: {with: ['x']}}"), by("me", T2), SCHEMA);
        assertThat(again).isEqualTo(live);
    }

    @Test
    void conflictNamesTheFieldAndItsManager() throws Exception {
        ObjectNode live = apply(null, "one", "{host: 'a', displayName: 'n'}");
        ApplyConflict single =
                catchThrowableOfType(ApplyConflict.class, () -> apply(live, "two", "{host: 'b', displayName: 'n'}"));
        assertThat(single).hasMessage("Apply failed with 1 conflict: conflict with \"one\": .spec.host");
        assertThat(single.conflicts()).containsExactly(new ApplyConflict.Conflict("\"one\"", ".spec.host"));
        assertThatThrownBy(() -> apply(live, "two", "{host: 'b', displayName: 'm'}"))
                .hasMessage(
                        "Apply failed with 2 conflicts: conflicts with \"one\":\n- .spec.displayName\n- .spec.host");
    }

    @Test
    void conflictWithSomebodyWhoUpdatedSaysSo() throws Exception {
        ObjectNode live = Ownership.afterUpdate(
                null,
                policy("{sources: [{name: 'data', volume: 'v'}]}"),
                new Applier("kubectl-edit", "", false, T1),
                SCHEMA);
        assertThatThrownBy(() -> apply(live, "me", "{sources: [{name: 'data', volume: 'w'}]}"))
                .hasMessage(
                        "Apply failed with 1 conflict: conflict with \"kubectl-edit\" using doksnap.io/v1: .spec.sources[name=\"data\"].volume");
    }

    @Test
    void forceTakesTheFieldOver() throws Exception {
        ObjectNode live = apply(null, "one", "{host: 'a', displayName: 'n'}");
        ObjectNode forced =
                ServerSideApply.apply(live, policy("{host: 'b'}"), new Applier("two", "", true, T2), SCHEMA);
        assertThat(forced.at("/spec")).isEqualTo(json("{host: 'b', displayName: 'n'}"));
        assertThat(fields(forced, "one")).isEqualTo(json("{'f:spec': {'f:displayName': {}}}"));
        assertThat(fields(forced, "two")).isEqualTo(json("{'f:spec': {'f:host': {}}}"));
    }

    @Test
    void sameValueIsSharedAndStaysUntilTheLastGivesItUp() throws Exception {
        ObjectNode live = apply(null, "one", "{host: 'a', displayName: 'n'}");
        ObjectNode shared = apply(live, "two", "{host: 'a'}");
        assertThat(fields(shared, "one")).isEqualTo(json("{'f:spec': {'f:displayName': {}, 'f:host': {}}}"));
        ObjectNode less = apply(shared, "one", "{displayName: 'n'}");
        assertThat(less.at("/spec")).isEqualTo(json("{host: 'a', displayName: 'n'}"));
        ObjectNode none = apply(less, "two", "{}");
        assertThat(none.at("/spec")).isEqualTo(json("{displayName: 'n'}"));
    }

    @Test
    void fieldThatIsGivenUpGoesWithAllThatIsInsideOfIt() throws Exception {
        ObjectNode live =
                apply(null, "me", "{host: 'a', quiesce: {mode: 'stop', timeout: '5m'}, extra: {deep: {er: 1}}}");
        assertThat(apply(live, "me", "{host: 'a'}").at("/spec")).isEqualTo(json("{host: 'a'}"));
        assertThat(apply(live, "me", "{host: 'a', quiesce: {mode: 'stop'}}").at("/spec"))
                .isEqualTo(json("{host: 'a', quiesce: {mode: 'stop'}}"));
    }

    @Test
    void itemThatIsGivenUpGoesAsAWhole() throws Exception {
        ObjectNode live = apply(null, "me", "{sources: [{name: 'a', volume: 'v'}, {name: 'b'}]}");
        assertThat(apply(live, "me", "{sources: [{name: 'b'}]}").at("/spec"))
                .isEqualTo(json("{sources: [{name: 'b'}]}"));
    }

    @Test
    void itemOfTwoStaysWithWhatTheOtherWants() throws Exception {
        ObjectNode live = apply(null, "one", "{sources: [{name: 'a', volume: 'v'}]}");
        ObjectNode both = apply(live, "two", "{sources: [{name: 'a', exclude: ['x']}]}");
        assertThat(both.at("/spec/sources")).isEqualTo(json("[{name: 'a', volume: 'v', exclude: ['x']}]"));
        ObjectNode left = apply(both, "one", "{host: 'h'}");
        assertThat(left.at("/spec")).isEqualTo(json("{sources: [{name: 'a', exclude: ['x']}], host: 'h'}"));
    }

    @Test
    void listsMergeByTheirKindAndKeepTheOrderOfTheApplier() throws Exception {
        ObjectNode live = apply(
                null,
                "one",
                "{sources: [{name: 'x'}, {name: 'a'}], quiesce: {with: ['x', 'a']}, owner: {name: 'n', mail: 'm'}}");
        ObjectNode both = ServerSideApply.apply(
                live,
                policy("{sources: [{name: 'b'}, {name: 'a'}], quiesce: {with: ['a', 'b']}, owner: {name: 'o'}}"),
                new Applier("two", "", true, T2),
                SCHEMA);
        assertThat(both.at("/spec/sources")).isEqualTo(json("[{name: 'x'}, {name: 'b'}, {name: 'a'}]"));
        assertThat(both.at("/spec/quiesce/with")).isEqualTo(json("['x', 'a', 'b']"));
        assertThat(both.at("/spec/owner")).as("an atomic map").isEqualTo(json("{name: 'o'}"));
    }

    @Test
    void statusIsAppliedByItselfAndKeepsTheRest() throws Exception {
        ObjectNode live = apply(null, "me", "{host: 'a'}");
        ObjectNode status = policy("{host: 'ignored'}");
        status.putObject("status")
                .putArray("conditions")
                .addObject()
                .put("type", "Ready")
                .put("status", "True");
        ObjectNode after = ServerSideApply.apply(live, status, new Applier("doksnap", "status", true, T1), SCHEMA);
        assertThat(after.at("/spec/host").asText()).isEqualTo("a");
        assertThat(after.at("/metadata/managedFields/0/subresource").asText()).isEqualTo("status");
        assertThat(fields(after, "doksnap"))
                .isEqualTo(
                        json(
                                "{'f:status': {'f:conditions': {'k:{\"type\":\"Ready\"}': {'.': {}, 'f:status': {}, 'f:type': {}}}}}"));
        assertThat(ServerSideApply.apply(after, status, new Applier("doksnap", "status", true, T2), SCHEMA))
                .isEqualTo(after);
        assertThat(apply(after, "me", "{host: 'a'}"))
                .as("applying the spec again leaves the status alone")
                .isEqualTo(after);
    }

    @Test
    void whatNobodyManagedBeforeIsSomebodys() throws Exception {
        assertThatThrownBy(() -> apply(policy("{host: 'a'}"), "me", "{host: 'b'}"))
                .isInstanceOf(ApplyConflict.class)
                .hasMessageContaining("\"before-first-apply\" using doksnap.io/v1: .spec.host");
    }

    @Test
    void whatCannotBeToldApartIsRefused() {
        assertThatThrownBy(() -> apply(null, "me", "{sources: [{name: 'a'}, {name: 'a'}]}"))
                .hasMessage(".spec.sources: duplicate entries for key [name=\"a\"]");
        assertThatThrownBy(() -> apply(null, "me", "{sources: [{volume: 'a'}]}"))
                .hasMessageStartingWith(
                        ".spec.sources: element 0: associative list with keys has an element that omits key field \"name\"");
        ObjectNode own = policy("{}");
        own.withObjectProperty("metadata").putArray("managedFields").addObject();
        assertThatThrownBy(() -> ServerSideApply.apply(null, own, by("me", T1), SCHEMA))
                .hasMessage("metadata.managedFields must be nil");
    }

    /** What kubectl does between {@code apply} and {@code apply --server-side}. */
    @Test
    void clientSideApplyMigratesToServerSideApply() throws Exception {
        String annotation =
                "{\"apiVersion\":\"doksnap.io/v1\",\"kind\":\"BackupPolicy\",\"metadata\":{\"annotations\":{},\"name\":\"shop\",\"namespace\":\"default\"},\"spec\":{\"host\":\"a\"}}\n";
        ObjectNode created = policy("{host: 'a'}");
        created.withObjectProperty("metadata")
                .putObject("annotations")
                .put("kubectl.kubernetes.io/last-applied-configuration", annotation);
        ObjectNode live = Ownership.afterUpdate(null, created, by("kubectl-client-side-apply", T1), SCHEMA);
        ObjectNode applied = apply(live, "kubectl", "{host: 'b'}");
        assertThat(applied.at("/spec/host").asText()).isEqualTo("b");
        assertThat(applied.at("/metadata/annotations").iterator().next().asText())
                .isEqualTo(
                        "{\"apiVersion\":\"doksnap.io/v1\",\"kind\":\"BackupPolicy\",\"metadata\":{\"annotations\":{},\"name\":\"shop\",\"namespace\":\"default\"},\"spec\":{\"host\":\"b\"}}\n");
        assertThatThrownBy(() -> apply(live, "another", "{host: 'b'}")).isInstanceOf(ApplyConflict.class);

        ObjectNode upgraded = applied.deepCopy();
        ObjectNode entry = (ObjectNode) upgraded.at("/metadata/managedFields/0");
        upgraded.withObjectProperty("metadata").putArray("managedFields").add(entry);
        ObjectNode after = Ownership.afterUpdate(applied, upgraded, by("kubectl", T2), SCHEMA);
        assertThat(after.at("/metadata/managedFields")).isEqualTo(upgraded.at("/metadata/managedFields"));
    }

    @Test
    void editOfALastAppliedFieldIsAConflictForKubectlToo() throws Exception {
        ObjectNode created = policy("{host: 'a'}");
        created.withObjectProperty("metadata")
                .putObject("annotations")
                .put("kubectl.kubernetes.io/last-applied-configuration", created.toString());
        ObjectNode live = Ownership.afterUpdate(null, created, by("kubectl-client-side-apply", T1), SCHEMA);
        ObjectNode edited = live.deepCopy();
        edited.withObjectProperty("spec").put("host", "edited");
        ObjectNode after = Ownership.afterUpdate(live, edited, by("kubectl-edit", T2), SCHEMA);
        assertThatThrownBy(() -> apply(after, "kubectl", "{host: 'b'}"))
                .hasMessage(
                        "Apply failed with 1 conflict: conflict with \"kubectl-edit\" using doksnap.io/v1: .spec.host");
    }

    @Test
    void versionThatIsNamedIsHandedOnAndOwnedByNobody() throws Exception {
        ObjectNode applied = policy("{host: 'a'}");
        applied.withObjectProperty("metadata").put("resourceVersion", "7");
        ObjectNode created = ServerSideApply.apply(policy("{}"), applied, by("me", T1), SCHEMA);
        assertThat(created.at("/metadata/resourceVersion").asText()).isEqualTo("7");
        assertThat(fields(created, "me")).isEqualTo(json("{'f:spec': {'f:host': {}}}"));
    }
}
