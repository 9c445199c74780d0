package io.doksnap.apiserver.openapi;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.apiserver.openapi.ServedKind.Verbs;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The operations on one kind, by their path. kubectl looks there for a kind, and for the parameters of its PATCH. */
final class Paths {
    private static final List<String> OF_LISTS = List.of(
            "allowWatchBookmarks",
            "continue",
            "fieldSelector",
            "labelSelector",
            "limit",
            "resourceVersion",
            "resourceVersionMatch",
            "sendInitialEvents",
            "timeoutSeconds",
            "watch");
    private static final List<String> OF_WRITES = List.of("dryRun", "fieldManager", "fieldValidation");
    private static final List<String> OF_PATCHES = List.of("dryRun", "fieldManager", "fieldValidation", "force");
    private static final List<String> OF_DELETES = List.of("dryRun", "gracePeriodSeconds", "propagationPolicy");

    private final ServedKind kind;
    private final Map<String, ObjectNode> paths = new LinkedHashMap<>();

    private Paths(ServedKind kind) {
        this.kind = kind;
    }

    static Map<String, ObjectNode> of(ServedKind kind) {
        return new Paths(kind).paths();
    }

    private Map<String, ObjectNode> paths() {
        String root = "/" + kind.documentPath();
        String collection = root
                + (kind.namespaced() ? "/namespaces/{namespace}/" : "/")
                + kind.names().plural();
        ObjectNode all = path(collection, kind.namespaced(), false);
        operation(all, "post", "post", OF_WRITES, kind.definition());
        if (kind.verbs() == Verbs.CREATE) {
            return paths;
        }
        operation(all, "get", "list", OF_LISTS, "");
        operation(all, "delete", "deletecollection", OF_LISTS, Components.META + "DeleteOptions");
        item(collection + "/{name}", true);
        if (kind.status()) {
            item(collection + "/{name}/status", false);
        }
        if (kind.namespaced()) {
            operation(path(root + "/" + kind.names().plural(), false, false), "get", "list", OF_LISTS, "");
        }
        return paths;
    }

    private void item(String path, boolean whole) {
        ObjectNode item = path(path, kind.namespaced(), true);
        operation(item, "get", "get", List.of("resourceVersion"), "");
        operation(item, "put", "put", OF_WRITES, kind.definition());
        operation(item, "patch", "patch", OF_PATCHES, Components.META + "Patch");
        if (whole) {
            operation(item, "delete", "delete", OF_DELETES, Components.META + "DeleteOptions");
        }
    }

    private ObjectNode path(String path, boolean namespace, boolean name) {
        ObjectNode item = JsonNodeFactory.instance.objectNode();
        ArrayNode parameters = JsonNodeFactory.instance.arrayNode();
        if (name) {
            parameters.add(parameter("name", "path").put("required", true));
        }
        if (namespace) {
            parameters.add(parameter("namespace", "path").put("required", true));
        }
        if (!parameters.isEmpty()) {
            item.set("parameters", parameters);
        }
        paths.put(path, item);
        return item;
    }

    /** @param body the definition of what is sent; empty where nothing is */
    private void operation(ObjectNode path, String method, String action, List<String> query, String body) {
        ObjectNode operation = path.putObject(method);
        operation.putArray("tags").add(kind.documentPath().replace('/', '_'));
        operation.put("operationId", action + kind.version() + kind.names().kind() + paths.size());
        ArrayNode parameters = operation.putArray("parameters");
        query.forEach(name -> parameters.add(parameter(name, "query")));
        if (!body.isEmpty()) {
            ObjectNode content = operation.putObject("requestBody").putObject("content");
            types(method).forEach(type -> reference(content.putObject(type), body));
        }
        String list = action.equals("list") ? "List" : "";
        String answer = action.startsWith("delete") ? Components.META + "Status" : kind.definition() + list;
        ObjectNode ok = operation.putObject("responses").putObject("200").put("description", "OK");
        reference(ok.putObject("content").putObject("application/json"), answer);
        operation.put("x-kubernetes-action", action);
        operation.set(
                "x-kubernetes-group-version-kind",
                Components.groupVersionKind(kind, kind.names().kind()));
    }

    private List<String> types(String method) {
        if (!method.equals("patch")) {
            return List.of("application/json");
        }
        List<String> any =
                List.of("application/json-patch+json", "application/merge-patch+json", "application/apply-patch+yaml");
        return kind.schema().isPresent()
                ? any
                : List.of(any.get(0), any.get(1), any.get(2), "application/strategic-merge-patch+json");
    }

    private static void reference(ObjectNode content, String definition) {
        content.putObject("schema").put("$ref", Components.REFERENCE + definition);
    }

    private static ObjectNode parameter(String name, String in) {
        ObjectNode parameter =
                JsonNodeFactory.instance.objectNode().put("in", in).put("name", name);
        parameter.putObject("schema").put("type", type(name)).put("uniqueItems", true);
        return parameter;
    }

    private static String type(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "limit", "timeoutseconds", "graceperiodseconds" -> "integer";
            case "watch", "force", "allowwatchbookmarks", "sendinitialevents" -> "boolean";
            default -> "string";
        };
    }
}
