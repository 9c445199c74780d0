package io.doksnap.apiserver.selector;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.util.Set;
import java.util.TreeSet;

/** One requirement on one label. */
public record LabelRequirement(String key, Operator operator, Set<String> values) {
    /** How the label's value is judged. */
    public enum Operator {
        IN,
        NOT_IN,
        EXISTS,
        NOT_EXISTS,
        GREATER,
        LESS
    }

    /** An absent label satisfies what forbids: {@code notin} and {@code !=}. */
    boolean matches(JsonNode labels) {
        JsonNode value = labels.path(key);
        if (value.isMissingNode()) {
            return operator == Operator.NOT_IN || operator == Operator.NOT_EXISTS;
        }
        return switch (operator) {
            case EXISTS -> true;
            case NOT_EXISTS -> false;
            case IN -> values.contains(value.asText());
            case NOT_IN -> !values.contains(value.asText());
            case GREATER -> isWhole(value.asText()) && order(value.asText()) > 0;
            case LESS -> isWhole(value.asText()) && order(value.asText()) < 0;
        };
    }

    private int order(String value) {
        return new BigInteger(value).compareTo(new BigInteger(values.iterator().next()));
    }

    /** A label's value has at most 63 characters, so no number here is long. */
    static boolean isWhole(String text) {
        int digits = text.startsWith("-") ? 1 : 0;
        return text.length() > digits
                && text.length() <= 63
                && text.chars().skip(digits).allMatch(letter -> letter >= '0' && letter <= '9');
    }

    /** As {@link LabelSelector#parse} reads it. */
    @Override
    public String toString() {
        String list = String.join(",", new TreeSet<>(values));
        return switch (operator) {
            case EXISTS -> key;
            case NOT_EXISTS -> "!" + key;
            case IN -> key + " in (" + list + ")";
            case NOT_IN -> key + " notin (" + list + ")";
            case GREATER -> key + ">" + list;
            case LESS -> key + "<" + list;
        };
    }
}
