package io.doksnap.declare.labels;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.doksnap.policy.Nearest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/**
 * The labels of one policy, by what stands behind its prefix. Remembers which label fills which field of the resource, so
 * that what is wrong with the resource is told under the label. Used by one thread.
 */
final class LabelValues {
    private static final int LONGEST_VALUE = 4_000;
    private static final int LONGEST_COMMAND = 16_000;
    private static final ObjectReader JSON =
            new ObjectMapper().reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /** How a line begins that wants the docker of some host. */
    private static final Pattern DOCKER =
            Pattern.compile("(sudo\\s+)?(\\S*/)?docker(-compose)?(\\s.*)?", Pattern.DOTALL);

    private final String prefix;
    private final SortedMap<String, String> values = new TreeMap<>();
    private final Map<String, String> places = new HashMap<>();
    private final LabelProblems problems;

    /**
     * Takes the labels that can be used; the others become problems.
     *
     * @param prefix what stands before each key, such as {@code doksnap.}
     */
    LabelValues(String prefix, Map<String, String> labels, LabelProblems problems) {
        this.prefix = prefix;
        this.problems = problems;
        new TreeMap<>(labels).forEach(this::take);
    }

    private void take(String key, String value) {
        Optional<LabelKey> label = LabelKey.of(key);
        int longest = label.filter(LabelKey::isCommand).isPresent() ? LONGEST_COMMAND : LONGEST_VALUE;
        if (label.isEmpty()) {
            problems.add(prefix + key, "there is no such label" + remedy(key));
        } else if (value.isEmpty()) {
            problems.add(
                    prefix + key,
                    "is empty; write a value such as '" + label.get().example() + "', or remove the label");
        } else if (value.length() > longest) {
            problems.add(
                    prefix + key,
                    "is " + value.length() + " characters long, and " + longest + " is the most; shorten it");
        } else {
            values.put(key, value);
        }
    }

    private String remedy(String key) {
        return Nearest.to(key, LabelKey.candidates(key))
                .map(nearest -> "; did you mean '" + prefix + nearest + "'?")
                .orElse("; docs/labels.md lists them all; correct it, or remove it");
    }

    LabelProblems problems() {
        return problems;
    }

    /** All keys that are left, sorted. */
    List<String> keys() {
        return List.copyOf(values.keySet());
    }

    boolean has(LabelKey key) {
        return values.containsKey(key.key());
    }

    /** Notes that what is wrong with a field is to be told under this label. */
    void place(String field, String key) {
        foreignPlace(field, prefix + key);
    }

    /** The same for a label that is none of ours, by its whole key. */
    void foreignPlace(String field, String key) {
        places.put(field, key);
    }

    /** Tells what is wrong with a field of the resource, under the label that it came from. */
    void tell(String field, String message, String otherwise) {
        String path = field;
        while (!path.isEmpty() && !places.containsKey(path)) {
            path = path.substring(0, Math.max(0, Math.max(path.lastIndexOf('.'), path.lastIndexOf('['))));
        }
        problems.add(places.getOrDefault(path, otherwise), message);
    }

    void wrong(String key, String message) {
        problems.add(prefix + key, message);
    }

    Optional<String> text(LabelKey key) {
        return text(key.key(), key.field());
    }

    /** The value of a label that fills that field. */
    Optional<String> text(String key, String field) {
        place(field, key);
        return Optional.ofNullable(values.get(key));
    }

    /** Tells where a label has another value than the only one that it may have. */
    void checkIs(LabelKey key, String only) {
        text(key)
                .filter(text -> !text.equals(only))
                .ifPresent(
                        text -> wrong(key.key(), "'" + text + "' says nothing; write " + only + ", or leave it out"));
    }

    boolean flag(LabelKey key, boolean otherwise) {
        Optional<String> text = text(key);
        if (text.isEmpty()) {
            return otherwise;
        }
        return switch (text.get().toLowerCase(Locale.ROOT)) {
            case "true", "yes", "on" -> true;
            case "false", "no", "off" -> false;
            default -> {
                wrong(key.key(), "'" + text.get() + "' is neither true nor false; write one of them");
                yield otherwise;
            }
        };
    }

    Optional<Integer> number(LabelKey key) {
        return text(key).flatMap(text -> number(key, text));
    }

    /** A number that is the value of a label, or part of it. */
    Optional<Integer> number(LabelKey key, String text) {
        if (text.matches("[0-9]{1,9}")) {
            return Optional.of(Integer.valueOf(text));
        }
        wrong(key.key(), "'" + text + "' is no whole number; write one such as 7");
        return Optional.empty();
    }

    /** The items of a list that commas part; a comma inside of braces is part of a glob. */
    List<String> list(String key) {
        List<String> items = new ArrayList<>();
        String text = values.getOrDefault(key, "");
        int depth = 0;
        int start = 0;
        for (int i = 0; i <= text.length(); i++) {
            char c = i == text.length() ? ',' : text.charAt(i);
            depth += c == '{' ? 1 : c == '}' ? -1 : 0;
            if (i == text.length() || (c == ',' && depth <= 0)) {
                items.add(text.substring(start, i).strip());
                start = i + 1;
            }
        }
        if (text.isEmpty()) {
            return List.of();
        }
        if (items.contains("")) {
            wrong(key, "has a comma with nothing beside it; remove the comma");
        }
        return items.stream().filter(item -> !item.isEmpty()).toList();
    }

    /**
     * The program and its arguments: a JSON array as it is; any other text is a command line for the shell that is inside of
     * the container.
     */
    List<String> command(String key, String field) {
        String text = text(key, field).orElse("");
        if (text.isEmpty()) {
            return List.of();
        }
        if (text.startsWith("[")) {
            return words(key, text);
        }
        if (DOCKER.matcher(text).matches()) {
            wrong(
                    key,
                    "asks for docker, and label hooks run only inside the labelled container; to keep other containers"
                            + " still list them in doksnap.quiesce.with, or write the hook into config.yaml (a docker"
                            + " that is inside this container is run by [\"docker\", ...])");
        }
        return List.of("sh", "-c", text);
    }

    private List<String> words(String key, String text) {
        try {
            JsonNode json = JSON.readTree(text);
            List<String> words = new ArrayList<>();
            json.forEach(word -> words.add(word.asText()));
            if (StreamSupport.stream(json.spliterator(), false).allMatch(JsonNode::isTextual)) {
                return words;
            }
        } catch (JsonProcessingException notJson) {
            // Told below: the parser's own words would not help.
        }
        wrong(
                key,
                "begins with '[' and is no JSON array of texts; write one such as [\"pg_dump\", \"shop\"], or begin a"
                        + " shell's test with 'test'");
        return List.of("sh");
    }
}
