package io.doksnap.apiserver.discovery;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.apiserver.json.Json;
import io.doksnap.apiserver.resource.ResourceType;
import io.doksnap.apiserver.resource.ResourceTypes;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The documents below {@code /api} and {@code /apis}; plain, and aggregated for those who ask for everything at once. */
public final class Discovery {
    private static final List<String> VERBS =
            List.of("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch");
    private static final List<String> STATUS_VERBS = List.of("get", "patch", "update");

    /** What can only be created, and is an answer rather than an object. */
    private static final List<Review> REVIEWS = List.of(
            new Review("authentication.k8s.io", "selfsubjectreviews", "SelfSubjectReview"),
            new Review("authorization.k8s.io", "selfsubjectaccessreviews", "SelfSubjectAccessReview"),
            new Review("authorization.k8s.io", "selfsubjectrulesreviews", "SelfSubjectRulesReview"));

    private final ResourceTypes types;

    public Discovery(ResourceTypes types) {
        this.types = types;
    }

    private record Review(String group, String plural, String kind) {}

    /** {@code /api}. */
    public ObjectNode coreVersions() {
        ObjectNode versions = Json.object().put("kind", "APIVersions");
        versions.putArray("versions").add("v1");
        versions.putArray("serverAddressByClientCIDRs");
        return versions;
    }

    /** {@code /apis}. */
    public ObjectNode groups() {
        ObjectNode list = Json.object().put("kind", "APIGroupList").put("apiVersion", "v1");
        ArrayNode groups = list.putArray("groups");
        groupVersions().forEach((group, versions) -> groups.add(group(group, versions)));
        return list;
    }

    /** {@code /apis/<group>}. */
    public Optional<ObjectNode> group(String name) {
        return Optional.ofNullable(groupVersions().get(name)).map(versions -> {
            ObjectNode group = Json.object().put("kind", "APIGroup").put("apiVersion", "v1");
            group.setAll(group(name, versions));
            return group;
        });
    }

    private static ObjectNode group(String name, Set<String> versions) {
        ObjectNode group = Json.object().put("name", name);
        ArrayNode all = group.putArray("versions");
        for (String version : versions) {
            all.addObject().put("groupVersion", name + "/" + version).put("version", version);
        }
        group.set("preferredVersion", all.get(0).deepCopy());
        return group;
    }

    private Map<String, Set<String>> groupVersions() {
        Map<String, Set<String>> groups = new LinkedHashMap<>();
        for (ResourceType type : types.all()) {
            if (!type.group().isEmpty()) {
                groups.computeIfAbsent(type.group(), any -> new TreeSet<>()).add(type.version());
            }
        }
        REVIEWS.forEach(review ->
                groups.computeIfAbsent(review.group(), any -> new TreeSet<>()).add("v1"));
        return groups;
    }

    /** {@code /api/v1} and {@code /apis/<group>/<version>}. */
    public Optional<ObjectNode> resources(String group, String version) {
        List<ResourceType> served = types.of(group, version);
        List<Review> reviews = reviews(group, version);
        if (served.isEmpty() && reviews.isEmpty()) {
            return Optional.empty();
        }
        ObjectNode list = Json.object()
                .put("kind", "APIResourceList")
                .put("apiVersion", "v1")
                .put("groupVersion", group.isEmpty() ? version : group + "/" + version);
        ArrayNode resources = list.putArray("resources");
        for (ResourceType type : served) {
            ObjectNode main = resource(resources.addObject(), type, type.plural(), VERBS);
            main.put("singularName", type.names().singular());
            putUnlessEmpty(main, "shortNames", type.names().shortNames());
            putUnlessEmpty(main, "categories", type.names().categories());
            if (type.status()) {
                resource(resources.addObject(), type, type.plural() + "/status", STATUS_VERBS);
            }
        }
        for (Review review : reviews) {
            resources
                    .addObject()
                    .put("name", review.plural())
                    .put("singularName", "")
                    .put("namespaced", false)
                    .put("kind", review.kind())
                    .set("verbs", Json.texts(List.of("create")));
        }
        return Optional.of(list);
    }

    private static ObjectNode resource(ObjectNode into, ResourceType type, String name, List<String> verbs) {
        into.put("name", name)
                .put("singularName", "")
                .put("namespaced", type.namespaced())
                .put("kind", type.kind());
        into.set("verbs", Json.texts(verbs));
        return into;
    }

    private static List<Review> reviews(String group, String version) {
        return REVIEWS.stream()
                .filter(review -> version.equals("v1") && review.group().equals(group))
                .toList();
    }

    /** {@code /api} with everything in it. */
    public ObjectNode aggregatedCore(String version) {
        return aggregated(version, Map.of("", new LinkedHashSet<>(List.of("v1"))));
    }

    /** {@code /apis} with everything in it. */
    public ObjectNode aggregatedGroups(String version) {
        return aggregated(version, groupVersions());
    }

    private ObjectNode aggregated(String documentVersion, Map<String, Set<String>> groups) {
        ObjectNode list = Json.object()
                .put("kind", "APIGroupDiscoveryList")
                .put("apiVersion", "apidiscovery.k8s.io/" + documentVersion);
        list.putObject("metadata");
        ArrayNode items = list.putArray("items");
        groups.forEach((group, versions) -> {
            ObjectNode item = items.addObject();
            ObjectNode metadata = item.putObject("metadata");
            if (!group.isEmpty()) {
                metadata.put("name", group);
            }
            ArrayNode all = item.putArray("versions");
            for (String version : versions) {
                ObjectNode one = all.addObject().put("version", version);
                one.set("resources", aggregatedResources(group, version));
                one.put("freshness", "Current");
            }
        });
        return list;
    }

    private ArrayNode aggregatedResources(String group, String version) {
        ArrayNode resources = Json.array();
        for (ResourceType type : types.of(group, version)) {
            ObjectNode one = resources.addObject().put("resource", type.plural());
            putKind(one, group, version, type.kind());
            one.put("scope", type.namespaced() ? "Namespaced" : "Cluster");
            one.put("singularResource", type.names().singular());
            one.set("verbs", Json.texts(VERBS));
            putUnlessEmpty(one, "shortNames", type.names().shortNames());
            putUnlessEmpty(one, "categories", type.names().categories());
            if (type.status()) {
                ObjectNode status = one.putArray("subresources").addObject().put("subresource", "status");
                putKind(status, group, version, type.kind());
                status.set("verbs", Json.texts(STATUS_VERBS));
            }
        }
        for (Review review : reviews(group, version)) {
            ObjectNode one = resources.addObject().put("resource", review.plural());
            putKind(one, group, version, review.kind());
            one.put("scope", "Cluster").put("singularResource", "").set("verbs", Json.texts(List.of("create")));
        }
        return resources;
    }

    private static void putKind(ObjectNode into, String group, String version, String kind) {
        into.putObject("responseKind")
                .put("group", group)
                .put("version", version)
                .put("kind", kind);
    }

    private static void putUnlessEmpty(ObjectNode into, String field, List<String> texts) {
        if (!texts.isEmpty()) {
            into.set(field, Json.texts(texts));
        }
    }
}
