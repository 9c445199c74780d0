package io.doksnap.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.testing.ApiHttp;
import io.doksnap.testing.ServeApi;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A thousand requests that are almost right: each is answered, and none finds the server at a loss. */
class SenselessRequestsIT {
    private record Kind(String path, String apiVersion, String name) {}

    private static final List<Kind> KINDS = List.of(
            new Kind("/apis/example.io/v1/namespaces/default/widgets", "example.io/v1", "Widget"),
            new Kind("/api/v1/namespaces/default/secrets", "v1", "Secret"),
            new Kind("/api/v1/namespaces/default/configmaps", "v1", "ConfigMap"),
            new Kind("/api/v1/namespaces/default/events", "v1", "Event"),
            new Kind("/api/v1/namespaces", "v1", "Namespace"),
            new Kind("/apis/coordination.k8s.io/v1/namespaces/default/leases", "coordination.k8s.io/v1", "Lease"),
            new Kind(
                    "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
                    "apiextensions.k8s.io/v1",
                    "CustomResourceDefinition"));

    private static final List<String> NAMES = List.of(
            "a",
            "name",
            "namespace",
            "labels",
            "annotations",
            "finalizers",
            "ownerReferences",
            "managedFields",
            "resourceVersion",
            "uid",
            "spec",
            "metadata",
            "color",
            "parts",
            "status",
            "data",
            "kind",
            "apiVersion",
            "conditions",
            "type",
            "items",
            "deletionTimestamp",
            "generateName",
            "fieldsV1");

    private static final List<String> WORDS =
            List.of("", "a", "default", "x y", "v1", "red", "Widget", "2026-11-23T10:00:00Z", "1");
    private static final List<String> POINTERS = List.of(
            "",
            "/metadata",
            "/metadata/labels",
            "/spec",
            "/metadata/managedFields",
            "/metadata/name",
            "/kind",
            "/metadata/finalizers/-");

    private final Random random = new Random(7);
    private final JsonNodeFactory make = JsonNodeFactory.instance;

    @TempDir
    Path directory;

    @Test
    void everyRequestIsAnsweredAndNoneFindsTheServerAtALoss() throws Exception {
        try (ApiServer server = ServeApi.start(directory)) {
            ApiHttp http = ApiHttp.of(directory, server.uri(), "admin.token");
            for (int i = 0; i < 1_000; i++) {
                Kind kind = one(KINDS);
                String body = object(kind).toString();
                ApiHttp.Answer answer = send(http, kind, body);
                assertThat(answer.code())
                        .as("%s%n%s%n%s", kind, body, answer.text())
                        .isBetween(200, 499);
            }
        }
    }

    private ApiHttp.Answer send(ApiHttp http, Kind kind, String body) throws Exception {
        String path = kind.path() + "/" + name();
        return switch (random.nextInt(9)) {
            case 0 -> http.send("PUT", path, body);
            case 1 -> http.send("PUT", path + "/status", body);
            case 2 -> http.send("PATCH", path, body, "Content-Type", "application/merge-patch+json");
            case 3 -> http.send("PATCH", path, body, "Content-Type", "application/strategic-merge-patch+json");
            case 4 -> http.send("PATCH", path, operations(), "Content-Type", "application/json-patch+json");
            case 5 ->
                http.send(
                        "PATCH",
                        path + "?force=true&fieldManager=kubectl",
                        body,
                        "Content-Type",
                        "application/apply-patch+yaml");
            case 6 -> http.send("DELETE", path, random.nextBoolean() ? "" : value(2).toString());
            default -> http.send("POST", kind.path(), body);
        };
    }

    private ObjectNode object(Kind kind) {
        ObjectNode object = fields(3);
        if (random.nextInt(5) > 0) {
            object.put("apiVersion", kind.apiVersion()).put("kind", kind.name());
        }
        if (random.nextInt(5) > 0) {
            ObjectNode metadata = random.nextBoolean() ? make.objectNode() : fields(2);
            object.set("metadata", metadata.put("name", name()));
        }
        if (random.nextBoolean()) {
            object.putObject("spec").put("color", "red");
        }
        return object;
    }

    private String operations() {
        ArrayNode operations = make.arrayNode();
        for (int i = random.nextInt(3); i >= 0; i--) {
            ObjectNode operation = operations.addObject();
            operation.put("op", one(List.of("add", "remove", "replace", "move", "copy", "test")));
            operation.put("path", one(POINTERS)).put("from", one(POINTERS)).set("value", value(2));
        }
        return operations.toString();
    }

    private JsonNode value(int depth) {
        return switch (random.nextInt(depth > 0 ? 8 : 6)) {
            case 0 -> make.nullNode();
            case 1 -> make.booleanNode(random.nextBoolean());
            case 2 -> make.numberNode(one(List.of(0.0, -1.0, 1.5, 1e300)));
            case 3, 4, 5 -> make.textNode(one(WORDS));
            case 6 -> make.arrayNode().add(value(depth - 1)).add(value(depth - 1));
            default -> fields(depth - 1);
        };
    }

    private ObjectNode fields(int depth) {
        ObjectNode fields = make.objectNode();
        for (int i = random.nextInt(5); i > 0; i--) {
            fields.set(one(NAMES), value(depth));
        }
        return fields;
    }

    private String name() {
        return "n" + random.nextInt(3);
    }

    private <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }
}
