package io.doksnap.apiserver.selector;

import io.doksnap.apiserver.selector.LabelRequirement.Operator;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Reads a label selector from left to right, one token at a time. */
final class LabelParser {
    private static final String LABEL_RULE =
            "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', "
                    + "and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345')";
    private static final String KEY_RULE = "name part must consist of alphanumeric characters, '-', '_' or '.', "
            + "and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc')";

    private final String text;
    private int at;

    LabelParser(String text) {
        this.text = text;
    }

    List<LabelRequirement> parse() throws SelectorException {
        List<LabelRequirement> requirements = new ArrayList<>();
        while (!peek().isEmpty()) {
            requirements.add(requirement());
            String next = next();
            if (!next.isEmpty() && !next.equals(",")) {
                throw unexpected(next, "',' or 'end of string'");
            }
            if (next.equals(",") && peek().isEmpty()) {
                throw unexpected("", "identifier after ','");
            }
        }
        return requirements;
    }

    private LabelRequirement requirement() throws SelectorException {
        if (peek().equals("!")) {
            next();
            return new LabelRequirement(key(), Operator.NOT_EXISTS, Set.of());
        }
        String key = key();
        switch (peek()) {
            case "", "," -> {
                return new LabelRequirement(key, Operator.EXISTS, Set.of());
            }
            case "=", "==" -> {
                next();
                return new LabelRequirement(key, Operator.IN, Set.of(value(key)));
            }
            case "!=" -> {
                next();
                return new LabelRequirement(key, Operator.NOT_IN, Set.of(value(key)));
            }
            case "in" -> {
                next();
                return new LabelRequirement(key, Operator.IN, list(key));
            }
            case "notin" -> {
                next();
                return new LabelRequirement(key, Operator.NOT_IN, list(key));
            }
            case ">", "<" -> {
                Operator operator = next().equals(">") ? Operator.GREATER : Operator.LESS;
                return new LabelRequirement(key, operator, Set.of(number(key)));
            }
            default -> throw unexpected(peek(), "in, notin, =, ==, !=, gt, lt");
        }
    }

    private String key() throws SelectorException {
        String key = next();
        if (key.isEmpty() || isSymbol(key)) {
            throw unexpected(key, "!, identifier, or 'end of string'");
        }
        if (!LabelSyntax.isKey(key)) {
            throw new SelectorException(
                    "unable to parse requirement: key: Invalid value: \"" + key + "\": " + KEY_RULE);
        }
        return key;
    }

    private String value(String key) throws SelectorException {
        String value = peek();
        if (value.isEmpty() || value.equals(",")) {
            return "";
        }
        return checked(key, next());
    }

    private String number(String key) throws SelectorException {
        String number = next();
        if (!LabelRequirement.isWhole(number)) {
            throw new SelectorException("unable to parse requirement: values[0][" + key + "]: Invalid value: \""
                    + number + "\": for 'Gt', 'Lt' operators, the value must be an integer");
        }
        return number;
    }

    private Set<String> list(String key) throws SelectorException {
        String opening = next();
        if (!opening.equals("(")) {
            throw unexpected(opening, "'('");
        }
        Set<String> values = new LinkedHashSet<>();
        while (true) {
            String token = next();
            if (token.equals(",") || token.equals(")")) {
                values.add("");
            } else {
                values.add(checked(key, token));
                token = next();
            }
            if (token.equals(")")) {
                return values;
            }
            if (!token.equals(",")) {
                throw unexpected(token, "',' or ')'");
            }
        }
    }

    private static String checked(String key, String value) throws SelectorException {
        if (value.isEmpty() || isSymbol(value)) {
            throw unexpected(value, "identifier");
        }
        if (!LabelSyntax.isValue(value)) {
            throw new SelectorException("unable to parse requirement: values[0][" + key + "]: Invalid value: \"" + value
                    + "\": " + LABEL_RULE);
        }
        return value;
    }

    private static SelectorException unexpected(String found, String expected) {
        return new SelectorException("unable to parse requirement: found '" + found + "', expected: " + expected);
    }

    private String peek() {
        int before = at;
        String token = next();
        at = before;
        return token;
    }

    /** The next word or symbol; empty at the end. */
    private String next() {
        while (at < text.length() && isBlank(text.charAt(at))) {
            at++;
        }
        int start = at;
        while (at < text.length() && !isSpecial(text.charAt(at)) && !isBlank(text.charAt(at))) {
            at++;
        }
        if (at == start && at < text.length()) {
            char first = text.charAt(at++);
            boolean twice = (first == '!' || first == '=') && at < text.length() && text.charAt(at) == '=';
            at += twice ? 1 : 0;
        }
        return text.substring(start, at);
    }

    private static boolean isBlank(char letter) {
        return letter == ' ' || letter == '\t' || letter == '\r' || letter == '\n';
    }

    private static boolean isSymbol(String token) {
        return !token.isEmpty() && isSpecial(token.charAt(0));
    }

    private static boolean isSpecial(char letter) {
        return "=!(),><".indexOf(letter) >= 0;
    }
}
