package io.doksnap.apiserver.selector;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** All of some requirements on fields, of which each kind knows only a few: see {@link SelectableFields}. */
public record FieldSelector(List<Requirement> requirements) {
    /** Matches every object. */
    public static final FieldSelector EVERYTHING = new FieldSelector(List.of());

    /**
     * That a field has a value, or has not.
     *
     * @param path to the field, from the object down
     */
    public record Requirement(String field, List<String> path, boolean equal, String value) {
        boolean matches(JsonNode object) {
            JsonNode found = object;
            for (String name : path) {
                found = found.path(name);
            }
            return found.asText("").equals(value) == equal;
        }
    }

    public FieldSelector {
        requirements = List.copyOf(requirements);
    }

    /** Reads {@code metadata.name=x,status.phase!=y}; a backslash keeps a comma, an equals sign or a backslash. */
    public static FieldSelector parse(String text, SelectableFields fields) throws SelectorException {
        List<Requirement> requirements = new ArrayList<>();
        for (String term : terms(text)) {
            if (!term.isEmpty()) {
                requirements.add(requirement(term, fields));
            }
        }
        return new FieldSelector(requirements);
    }

    /** An absent field is an empty one. */
    public boolean matches(JsonNode object) {
        return requirements.stream().allMatch(requirement -> requirement.matches(object));
    }

    /** The value that the field must have, or empty where any will do: to look up one name instead of all. */
    public Optional<String> valueOf(String field) {
        return requirements.stream()
                .filter(requirement ->
                        requirement.equal() && requirement.field().equals(field))
                .map(Requirement::value)
                .findFirst();
    }

    private static List<String> terms(String text) {
        List<String> terms = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '\\') {
                i++;
            } else if (text.charAt(i) == ',') {
                terms.add(text.substring(start, i));
                start = i + 1;
            }
        }
        terms.add(text.substring(start));
        return terms;
    }

    private static Requirement requirement(String term, SelectableFields fields) throws SelectorException {
        int sign = term.indexOf('=');
        boolean not = sign > 0 && term.charAt(sign - 1) == '!';
        if (sign < 0) {
            throw new SelectorException("invalid selector: '" + term + "'; can't understand '" + term + "'");
        }
        String field = term.substring(0, not ? sign - 1 : sign);
        boolean twice = !not && term.startsWith("=", sign + 1);
        String value = unescape(term.substring(sign + (twice ? 2 : 1)));
        List<String> path = fields.path(field);
        if (path.isEmpty()) {
            throw new SelectorException("field label not supported: " + field);
        }
        return new Requirement(field, path, !not, value);
    }

    private static String unescape(String value) throws SelectorException {
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < value.length(); i++) {
            char letter = value.charAt(i);
            if (letter == '\\') {
                i++;
                if (i == value.length() || "\\,=".indexOf(value.charAt(i)) < 0) {
                    throw new SelectorException("invalid field selector: invalid escape sequence in: " + value);
                }
                letter = value.charAt(i);
            } else if (letter == '=') {
                throw new SelectorException("invalid field selector: unescaped character in value: =");
            }
            plain.append(letter);
        }
        return plain.toString();
    }
}
