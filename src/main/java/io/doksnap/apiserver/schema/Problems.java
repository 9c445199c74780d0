package io.doksnap.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import io.doksnap.apiserver.schema.SchemaProblem.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Takes what is wrong with one object, up to as much as a person reads. */
final class Problems {
    private static final int MOST = 100;
    private static final int LONGEST_VALUE = 200;

    private final List<SchemaProblem> list = new ArrayList<>();

    List<SchemaProblem> list() {
        return List.copyOf(list);
    }

    boolean isEmpty() {
        return list.isEmpty();
    }

    boolean isFull() {
        return list.size() >= MOST;
    }

    void addAll(Problems others) {
        others.list.forEach(this::add);
    }

    private void add(SchemaProblem problem) {
        if (!isFull()) {
            list.add(problem);
        }
    }

    void required(String path) {
        add(new SchemaProblem(path, Kind.REQUIRED, "Required value"));
    }

    /** @param rule such as "should be at least 1 chars long" */
    void invalid(String path, JsonNode value, String rule) {
        add(new SchemaProblem(path, Kind.INVALID, "Invalid value: " + shown(value) + ": " + inBody(path) + rule));
    }

    /** What several branches say of a value together; Kubernetes does not repeat the value here. */
    void composed(String path, String rule) {
        String name = path.isEmpty() ? "<object>" : path;
        add(new SchemaProblem(path, Kind.INVALID, "Invalid value: \"\": \"" + name + "\" " + rule));
    }

    void wrongType(String path, String expected, JsonNode value) {
        String found = '"' + typeOf(value) + '"';
        add(new SchemaProblem(
                path,
                Kind.TYPE,
                "Invalid value: " + found + ": " + inBody(path) + "must be of type " + expected + ": " + found));
    }

    void notSupported(String path, JsonNode value, List<JsonNode> supported) {
        String values = supported.stream().map(Problems::shown).collect(Collectors.joining(", "));
        add(new SchemaProblem(
                path, Kind.NOT_SUPPORTED, "Unsupported value: " + shown(value) + ": supported values: " + values));
    }

    void tooLong(String path, long most) {
        add(new SchemaProblem(path, Kind.TOO_LONG, "Too long: may not be more than " + most + " bytes"));
    }

    void tooMany(String path, int found, long most) {
        add(new SchemaProblem(path, Kind.TOO_MANY, "Too many: " + found + ": must have at most " + most + " items"));
    }

    void duplicate(String path, JsonNode value) {
        add(new SchemaProblem(path, Kind.DUPLICATE, "Duplicate value: " + shown(value)));
    }

    private static String inBody(String path) {
        return path.isEmpty() ? "object in body " : path + " in body ";
    }

    static String typeOf(JsonNode value) {
        if (value.isNumber()) {
            return value.isIntegralNumber() ? "integer" : "number";
        }
        return switch (value.getNodeType()) {
            case STRING -> "string";
            case BOOLEAN -> "boolean";
            case ARRAY -> "array";
            case NULL, MISSING -> "null";
            default -> "object";
        };
    }

    private static String shown(JsonNode value) {
        String text = value.toString();
        return text.length() <= LONGEST_VALUE ? text : text.substring(0, LONGEST_VALUE) + "...";
    }
}
