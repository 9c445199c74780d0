package io.doksnap.apiserver.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.apiserver.discovery.Descriptions;
import io.doksnap.apiserver.discovery.Discovery;
import io.doksnap.apiserver.failure.Failures;
import io.doksnap.apiserver.json.Json;
import io.doksnap.apiserver.openapi.OpenApi;
import io.doksnap.apiserver.openapi.OpenApiV2;
import java.util.List;
import java.util.Optional;

/** What describes the API itself. */
record Documents(Discovery discovery, Descriptions descriptions) {
    private static final List<String> ROOTS =
            List.of("/api", "/apis", "/healthz", "/livez", "/openapi/v2", "/openapi/v3", "/readyz", "/version");
    private static final String OPENAPI = "/openapi/v3";

    boolean handles(String path) {
        List<String> parts = RequestPath.parts(path);
        return parts.isEmpty()
                || parts.get(0).equals("openapi")
                || (parts.get(0).equals("api") && parts.size() <= 2)
                || (parts.get(0).equals("apis") && parts.size() <= 3);
    }

    void answer(Request request) {
        List<String> parts = RequestPath.parts(request.path());
        if (parts.isEmpty()) {
            ObjectNode paths = Json.object();
            paths.set("paths", Json.texts(ROOTS));
            send(request, paths);
            return;
        }
        if (parts.get(0).equals("openapi")) {
            openApi(request);
            return;
        }
        boolean core = parts.get(0).equals("api");
        if (parts.size() == 1) {
            root(request, core);
            return;
        }
        Optional<ObjectNode> document = core
                ? discovery.resources("", parts.get(1))
                : parts.size() == 2 ? discovery.group(parts.get(1)) : discovery.resources(parts.get(1), parts.get(2));
        send(request, document.orElseThrow(Failures::noSuchPath));
    }

    private void openApi(Request request) {
        String path = request.path();
        if (path.equals(OPENAPI) || path.equals(OPENAPI + "/")) {
            send(request, descriptions.openApi().root());
            return;
        }
        if (path.equals("/openapi/v2")) {
            openApiV2(request);
            return;
        }
        if (!path.startsWith(OPENAPI + "/")) {
            throw Failures.noSuchPath();
        }
        OpenApi.Document document = descriptions
                .openApi()
                .document(path.substring(OPENAPI.length() + 1))
                .orElseThrow(Failures::noSuchPath);
        String tag = "\"" + document.hash() + "\"";
        if (request.header("If-None-Match").contains(tag)) {
            request.context().status(304);
        } else {
            Answers.send(request, 200, Accepted.Format.JSON, document.json());
        }
        boolean named = request.parameter("hash").equals(document.hash());
        request.context()
                .header("ETag", tag)
                .header("Cache-Control", named ? "public, immutable" : "no-cache, private");
    }

    private static void openApiV2(Request request) {
        if (OpenApiV2.wantsProtobuf(request.header("Accept"))) {
            Answers.send(request, 200, OpenApiV2.PROTOBUF, OpenApiV2.protobuf());
        } else {
            Answers.send(request, 200, Accepted.Format.JSON, OpenApiV2.json());
        }
    }

    private void root(Request request, boolean core) {
        Optional<String> aggregated = aggregatedVersion(request.header("Accept"));
        if (aggregated.isPresent()) {
            String version = aggregated.get();
            ObjectNode all = core ? discovery.aggregatedCore(version) : discovery.aggregatedGroups(version);
            request.context().header("Vary", "Accept");
            Answers.send(
                    request,
                    200,
                    "application/json;g=apidiscovery.k8s.io;v=" + version + ";as=APIGroupDiscoveryList",
                    Json.bytes(all));
        } else {
            send(request, core ? discovery.coreVersions() : discovery.groups());
        }
    }

    /** The first version of the aggregated document that the client would take; empty where it wants the plain one. */
    private static Optional<String> aggregatedVersion(String accept) {
        for (Accepted.Range range : Accepted.ranges(accept)) {
            if (range.type().equals("application/json")) {
                if (!range.parameters().containsKey("as")) {
                    return Optional.empty();
                }
                String version = range.parameters().getOrDefault("v", "");
                if (range.asks("as", "APIGroupDiscoveryList")
                        && range.asks("g", "apidiscovery.k8s.io")
                        && List.of("v2", "v2beta1").contains(version)) {
                    return Optional.of(version);
                }
            }
        }
        return Optional.empty();
    }

    private static void send(Request request, ObjectNode document) {
        Answers.send(request, 200, Accepted.of(request.header("Accept")).format(), document);
    }
}
