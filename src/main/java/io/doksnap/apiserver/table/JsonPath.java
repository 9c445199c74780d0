package io.doksnap.apiserver.table;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * A path to values in an object, in the part of kubectl's dialect that printer columns use: {@code .a.b},
 * {@code .a\.b}, {@code ['a.b']}, {@code [0]}, {@code [-1]}, {@code [*]} and {@code [?(@.type=="Ready")]}.
 */
public final class JsonPath {
    /** Enough for a cell, few enough for hostile objects. */
    private static final int MOST_VALUES = 1_000;

    private final String text;
    private final List<JsonPathStep> steps;

    private JsonPath(String text, List<JsonPathStep> steps) {
        this.text = text;
        this.steps = List.copyOf(steps);
    }

    /**
     * Reads a path, with or without braces around it.
     *
     * @throws IllegalArgumentException where it cannot be read
     */
    public static JsonPath parse(String text) {
        return new JsonPath(text, new JsonPathParser(text).parse());
    }

    /** What lies there, in order; empty where nothing does. Never fails. */
    public List<JsonNode> find(JsonNode object) {
        List<JsonNode> found = List.of(object);
        for (JsonPathStep step : steps) {
            List<JsonNode> next = new ArrayList<>();
            for (JsonNode value : found) {
                step.follow(value, next);
            }
            found = next.size() > MOST_VALUES ? next.subList(0, MOST_VALUES) : next;
        }
        return List.copyOf(found);
    }

    @Override
    public String toString() {
        return text;
    }
}
