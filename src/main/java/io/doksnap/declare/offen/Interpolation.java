package io.doksnap.declare.offen;

import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Puts variables into text as Compose does: {@code $NAME}, {@code ${NAME}}, {@code ${NAME:-otherwise}}; {@code $$} is a dollar sign. */
final class Interpolation {
    private static final Pattern VARIABLE = Pattern.compile(
            "\\$(?:(\\$)|([A-Za-z_][A-Za-z0-9_]*)|\\{([A-Za-z_][A-Za-z0-9_]*)(?:(:?[-?+])([^}]*))?\\})");

    private Interpolation() {}

    static String of(String text, Map<String, String> variables) {
        return VARIABLE.matcher(text).replaceAll(found -> Matcher.quoteReplacement(value(found, variables)));
    }

    private static String value(MatchResult found, Map<String, String> variables) {
        if (found.group(1) != null) {
            return "$";
        }
        String name = found.group(2) == null ? found.group(3) : found.group(2);
        String value = variables.getOrDefault(name, "");
        String operator = found.group(4) == null ? "" : found.group(4);
        boolean there = operator.startsWith(":") ? !value.isEmpty() : variables.containsKey(name);
        if (operator.endsWith("-")) {
            return there ? value : found.group(5);
        }
        return operator.endsWith("+") ? there ? found.group(5) : "" : value;
    }
}
