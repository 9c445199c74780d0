package io.doksnap.apiserver.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.apiserver.resource.ResourceType.Looks;
import io.doksnap.apiserver.resource.ResourceType.Names;
import io.doksnap.apiserver.resource.ResourceType.Origin;
import io.doksnap.apiserver.schema.StructuralSchema;
import io.doksnap.apiserver.selector.SelectableFields;
import io.doksnap.apiserver.table.TableColumns;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** All kinds that are served. */
public final class ResourceTypes {
    private final List<ResourceType> all;

    private ResourceTypes(List<ResourceType> all) {
        this.all = List.copyOf(all);
    }

    /**
     * The core kinds and those of the definitions.
     *
     * @throws IllegalArgumentException where a definition makes no sense; the message names it
     */
    public static ResourceTypes of(List<ObjectNode> definitions) {
        List<ResourceType> all = new ArrayList<>(CoreTypes.ALL);
        for (ObjectNode definition : definitions) {
            try {
                all.addAll(defined(definition));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "the resource definition "
                                + definition.at("/metadata/name").asText() + ": " + e.getMessage(),
                        e);
            }
        }
        return new ResourceTypes(all);
    }

    private static List<ResourceType> defined(ObjectNode definition) {
        JsonNode spec = definition.path("spec");
        JsonNode called = spec.path("names");
        String kind = called.path("kind").asText();
        Names names = new Names(
                called.path("plural").asText(),
                called.path("singular").asText(kind.toLowerCase(Locale.ROOT)),
                kind,
                called.path("listKind").asText(kind + "List"),
                texts(called.path("shortNames")),
                texts(called.path("categories")));
        List<ResourceType> served = new ArrayList<>();
        for (JsonNode version : spec.path("versions")) {
            if (version.path("served").asBoolean()
                    && version.path("storage").asBoolean()
                    && version.at("/schema/openAPIV3Schema") instanceof ObjectNode schema) {
                Looks looks = new Looks(
                        StructuralSchema.of(schema),
                        TableColumns.ofCrdVersion(version),
                        SelectableFields.ofCrdVersion(version),
                        Optional.of(schema));
                served.add(new ResourceType(
                        spec.path("group").asText(),
                        version.path("name").asText(),
                        names,
                        spec.path("scope").asText().equals("Namespaced"),
                        version.at("/subresources/status").isObject(),
                        Origin.DEFINED,
                        looks));
            }
        }
        if (served.isEmpty()) {
            throw new IllegalArgumentException("no version is both served and stored, with a schema");
        }
        return served;
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(text -> texts.add(text.asText()));
        return texts;
    }

    public List<ResourceType> all() {
        return all;
    }

    /** The groups but the core one, in the order in which clients should look. */
    public Set<String> groups() {
        Set<String> groups = new LinkedHashSet<>();
        all.stream().map(ResourceType::group).filter(group -> !group.isEmpty()).forEach(groups::add);
        return groups;
    }

    public List<ResourceType> of(String group, String version) {
        return all.stream()
                .filter(type -> type.group().equals(group) && type.version().equals(version))
                .toList();
    }

    public Optional<ResourceType> find(String group, String version, String plural) {
        return of(group, version).stream()
                .filter(type -> type.plural().equals(plural))
                .findFirst();
    }

    /** The kind that an object says it is of. */
    public Optional<ResourceType> ofKind(String apiVersion, String kind) {
        return all.stream()
                .filter(type ->
                        type.apiVersion().equals(apiVersion) && type.kind().equals(kind))
                .findFirst();
    }

    /** The kind whose objects are kept under this name. */
    public Optional<ResourceType> kept(String resource) {
        return all.stream().filter(type -> type.resource().equals(resource)).findFirst();
    }
}
