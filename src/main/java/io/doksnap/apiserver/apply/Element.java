package io.doksnap.apiserver.apply;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * One step into an object, in the text that FieldsV1 has for it: {@code f:name} a field, {@code k:{"type":"Ready"}} an item
 * of a list by its keys, {@code v:"x"} an item of a set.
 */
record Element(String text) implements Comparable<Element> {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    static Element field(String name) {
        return new Element("f:" + name);
    }

    /** Keys in the order of their names, so that equal ones have equal text. */
    static Element keys(JsonNode keys) {
        ObjectNode sorted = JsonNodeFactory.instance.objectNode();
        new TreeMap<>(keys.properties().stream().collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)))
                .forEach(sorted::set);
        return new Element("k:" + sorted);
    }

    static Element value(JsonNode value) {
        return new Element("v:" + value);
    }

    /** Empty where it is none. The index of an item, {@code i:0}, is only ever read. */
    static Optional<Element> parse(String text) {
        if (text.startsWith("f:") || text.startsWith("i:")) {
            return Optional.of(new Element(text));
        }
        if (!text.startsWith("k:") && !text.startsWith("v:")) {
            return Optional.empty();
        }
        try {
            JsonNode json = MAPPER.readTree(text.substring(2));
            if (text.startsWith("v:")) {
                return json.isMissingNode() ? Optional.empty() : Optional.of(value(json));
            }
            return json.isObject() ? Optional.of(keys(json)) : Optional.empty();
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    /** The name of the field, if it is one. */
    Optional<String> fieldName() {
        return text.startsWith("f:") ? Optional.of(text.substring(2)) : Optional.empty();
    }

    /** As messages show it: {@code .name}, {@code [type="Ready"]}, {@code [="x"]}. */
    String shown() {
        String rest = text.substring(2);
        return switch (text.charAt(0)) {
            case 'f' -> "." + rest;
            case 'v' -> "[=" + rest + "]";
            case 'k' -> keysShown(rest);
            default -> "[" + rest + "]";
        };
    }

    private static String keysShown(String json) {
        try {
            return MAPPER.readTree(json).properties().stream()
                    .map(key -> key.getKey() + "=" + key.getValue())
                    .collect(Collectors.joining(",", "[", "]"));
        } catch (JsonProcessingException e) {
            return "[" + json + "]";
        }
    }

    @Override
    public int compareTo(Element other) {
        return text.compareTo(other.text);
    }
}
