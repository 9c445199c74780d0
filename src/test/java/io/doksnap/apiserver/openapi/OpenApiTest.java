package io.doksnap.apiserver.openapi;

import static io.doksnap.testing.Json.json;
import static io.doksnap.testing.Json.policiesSchema;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.apiserver.openapi.ServedKind.Names;
import io.doksnap.apiserver.openapi.ServedKind.Verbs;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OpenApiTest {
    private static OpenApi api(ObjectNode schema) {
        List<ServedKind> kinds = new ArrayList<>(ServedKind.reviews());
        kinds.add(core("Namespace", "namespaces", false));
        kinds.add(core("Secret", "secrets", true));
        kinds.add(new ServedKind(
                "doksnap.io",
                "v1",
                new Names("BackupPolicy", "backuppolicies"),
                true,
                Verbs.ALL,
                true,
                Optional.of(schema)));
        return OpenApi.of(kinds);
    }

    private static ServedKind core(String kind, String plural, boolean namespaced) {
        return new ServedKind("", "v1", new Names(kind, plural), namespaced, Verbs.ALL, !namespaced, Optional.empty());
    }

    @Test
    void rootNamesEveryGroupAndVersionWithItsHash() {
        OpenApi api = api(policiesSchema());
        JsonNode paths = api.root().path("paths");
        assertThat(paths.properties().stream().map(java.util.Map.Entry::getKey))
                .containsExactly(
                        "api/v1",
                        "apis/authentication.k8s.io/v1",
                        "apis/authorization.k8s.io/v1",
                        "apis/doksnap.io/v1");
        assertThat(paths.path("apis/doksnap.io/v1").path("serverRelativeURL").asText())
                .isEqualTo("/openapi/v3/apis/doksnap.io/v1?hash="
                        + api.document("apis/doksnap.io/v1").orElseThrow().hash());
        assertThat(api.document("apis/none/v1")).isEmpty();
    }

    @Test
    void hashChangesWithTheSchemaAndWithNothingElse() {
        ObjectNode changed = policiesSchema();
        changed.withObject("/properties/spec/properties").putObject("added").put("type", "string");
        String before = hash(policiesSchema(), "apis/doksnap.io/v1");
        assertThat(hash(policiesSchema(), "apis/doksnap.io/v1")).isEqualTo(before);
        assertThat(hash(changed, "apis/doksnap.io/v1")).isNotEqualTo(before);
        assertThat(hash(changed, "api/v1")).isEqualTo(hash(policiesSchema(), "api/v1"));
    }

    private static String hash(ObjectNode schema, String path) {
        return api(schema).document(path).orElseThrow().hash();
    }

    @Test
    void patchNamesItsKindItsParametersAndItsFormats() {
        JsonNode paths = document("apis/doksnap.io/v1").path("paths");
        JsonNode patch = paths.path("/apis/doksnap.io/v1/namespaces/{namespace}/backuppolicies/{name}")
                .path("patch");
        assertThat(patch.path("x-kubernetes-group-version-kind"))
                .isEqualTo(json("{group: 'doksnap.io', kind: 'BackupPolicy', version: 'v1'}"));
        assertThat(patch.path("parameters").findValuesAsText("name"))
                .containsExactly("dryRun", "fieldManager", "fieldValidation", "force");
        assertThat(patch.at("/requestBody/content").has("application/strategic-merge-patch+json"))
                .isFalse();
        assertThat(paths.has("/apis/doksnap.io/v1/namespaces/{namespace}/backuppolicies/{name}/status"))
                .isTrue();
        assertThat(paths.has("/apis/doksnap.io/v1/backuppolicies")).isTrue();
        assertThat(document("api/v1")
                        .at("/paths/~1api~1v1~1namespaces~1{name}/patch/requestBody/content")
                        .has("application/strategic-merge-patch+json"))
                .isTrue();
    }

    @Test
    void schemaCarriesWhatExplainShows() {
        JsonNode policy = document("apis/doksnap.io/v1").at("/components/schemas/io.doksnap.v1.BackupPolicy");
        assertThat(policy.at("/x-kubernetes-group-version-kind/0/kind").asText())
                .isEqualTo("BackupPolicy");
        assertThat(policy.at("/properties/spec/properties/quiesce/properties/mode/description")
                        .asText())
                .isEqualTo("What is done to the workload.");
        assertThat(policy.at("/properties/metadata/allOf/0/$ref").asText()).endsWith(".ObjectMeta");
    }

    @Test
    void everyReferenceLeadsSomewhereAndNothingElseIsThere() {
        for (String path : List.of("api/v1", "apis/doksnap.io/v1", "apis/authorization.k8s.io/v1")) {
            JsonNode document = document(path);
            JsonNode schemas = document.at("/components/schemas");
            assertThat(document.findValuesAsText("$ref"))
                    .isNotEmpty()
                    .allSatisfy(reference -> assertThat(schemas.has(reference.substring(Components.REFERENCE.length())))
                            .as(reference)
                            .isTrue());
        }
        assertThat(document("apis/doksnap.io/v1").at("/components/schemas").has("io.k8s.api.core.v1.Secret"))
                .isFalse();
    }

    private static JsonNode document(String path) {
        return api(policiesSchema()).document(path).orElseThrow().json();
    }
}
