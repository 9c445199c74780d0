package io.doksnap.crd;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Keywords of a JSON schema, from what the readers go by. Patterns come out as RE2 has them, which Kubernetes uses. */
public final class Keywords {
    private static final Pattern AT_MOST = Pattern.compile("\\(\\?=\\.\\{1,(\\d+)}\\$\\)(.*)");

    private Keywords() {}

    /** One of some words. */
    public static Map<String, Object> words(Collection<String> words) {
        return Map.of("enum", words.stream().sorted().toList());
    }

    /** Text of a form, or none at all: an empty text counts as absent. */
    public static Map<String, Object> text(Pattern form) {
        return text(form, "?");
    }

    /** Text of a form. */
    public static Map<String, Object> required(Pattern form) {
        return text(form, "");
    }

    private static Map<String, Object> text(Pattern form, String often) {
        Map<String, Object> keywords = new LinkedHashMap<>();
        String pattern = form.pattern();
        Matcher atMost = AT_MOST.matcher(pattern);
        if (atMost.matches()) {
            pattern = atMost.group(2);
            keywords.put("maxLength", Integer.valueOf(atMost.group(1)));
        }
        keywords.put("pattern", "^(" + pattern.replace("(?:", "(") + ")" + often + "$");
        return keywords;
    }

    /** What contains a match of a pattern. */
    public static Map<String, Object> holding(String pattern) {
        return Map.of("pattern", pattern);
    }

    /** A number; both ends are allowed. */
    public static Map<String, Object> range(int lowest, int highest) {
        Map<String, Object> keywords = new LinkedHashMap<>();
        keywords.put("minimum", lowest);
        keywords.put("maximum", highest);
        return keywords;
    }

    /** An object without these fields is refused. */
    public static Map<String, Object> needs(String... fields) {
        return Map.of("required", List.of(fields));
    }

    /** An object has one field. */
    public static Map<String, Object> oneField() {
        Map<String, Object> keywords = new LinkedHashMap<>();
        keywords.put("minProperties", 1);
        keywords.put("maxProperties", 1);
        return keywords;
    }

    /** Of these fields an object has exactly one, beside any others. */
    public static Map<String, Object> exactlyOneOf(String... fields) {
        return Map.of("oneOf", Stream.of(fields).map(field -> needs(field)).toList());
    }

    /** At least one of these fields is there. */
    public static Map<String, Object> anyOf(String... fields) {
        return Map.of("anyOf", Stream.of(fields).map(field -> needs(field)).toList());
    }

    /** A list whose items have a name of their own. */
    public static Map<String, Object> namedBy(String field) {
        Map<String, Object> keywords = new LinkedHashMap<>();
        keywords.put("x-kubernetes-list-type", "map");
        keywords.put("x-kubernetes-list-map-keys", List.of(field));
        return keywords;
    }

    /** A list that names nothing twice. */
    public static Map<String, Object> set() {
        return Map.of("x-kubernetes-list-type", "set");
    }

    /** A list that is not empty. */
    public static Map<String, Object> notEmpty() {
        return Map.of("minItems", 1);
    }

    /** All of them. */
    @SafeVarargs
    public static Map<String, Object> all(Map<String, Object>... parts) {
        Map<String, Object> keywords = new LinkedHashMap<>();
        for (Map<String, Object> part : parts) {
            keywords.putAll(part);
        }
        return keywords;
    }
}
