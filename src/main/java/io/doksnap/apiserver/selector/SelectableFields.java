package io.doksnap.apiserver.selector;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The fields of a kind that a field selector may name, each with the path to it. */
public record SelectableFields(Map<String, List<String>> paths) {
    private static final String INVOLVED = "involvedObject";
    private static final List<String> OF_EVENTS = List.of(
            "involvedObject.kind",
            "involvedObject.namespace",
            "involvedObject.name",
            "involvedObject.uid",
            "involvedObject.apiVersion",
            "involvedObject.resourceVersion",
            "involvedObject.fieldPath",
            "reason",
            "reportingComponent",
            "type");

    public SelectableFields {
        paths = Map.copyOf(paths);
    }

    /** Of a kind of a CRD's version, with its {@code selectableFields}. */
    public static SelectableFields ofCrdVersion(JsonNode version) {
        Map<String, List<String>> paths = common();
        for (JsonNode field : version.path("selectableFields")) {
            add(paths, field.path("jsonPath").asText().replaceFirst("^\\.", ""));
        }
        return new SelectableFields(paths);
    }

    /** Of a core kind such as {@code Event}. */
    public static SelectableFields ofCoreKind(String kind) {
        Map<String, List<String>> paths = common();
        switch (kind) {
            case "Event" -> {
                OF_EVENTS.forEach(field -> add(paths, field));
                paths.put("source", List.of("source", "component"));
                // As the same object is called in events.k8s.io/v1; both forms are kept as one.
                OF_EVENTS.stream()
                        .filter(field -> field.startsWith(INVOLVED))
                        .forEach(
                                field -> paths.put("regarding" + field.substring(INVOLVED.length()), paths.get(field)));
                paths.put("reportingController", List.of("reportingComponent"));
            }
            case "Secret" -> add(paths, "type");
            case "Namespace" -> add(paths, "status.phase");
            default -> {}
        }
        return new SelectableFields(paths);
    }

    /** The path to the field, empty where it cannot be selected by. */
    List<String> path(String field) {
        return paths.getOrDefault(field, List.of());
    }

    private static Map<String, List<String>> common() {
        Map<String, List<String>> paths = new HashMap<>();
        add(paths, "metadata.name");
        add(paths, "metadata.namespace");
        return paths;
    }

    private static void add(Map<String, List<String>> paths, String field) {
        paths.put(field, List.of(field.split("\\.")));
    }
}
