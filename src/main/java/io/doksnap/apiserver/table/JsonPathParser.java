package io.doksnap.apiserver.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads a {@link JsonPath} from left to right. */
final class JsonPathParser {
    private static final List<String> OPERATORS = List.of("==", "!=", "<=", ">=", "<", ">");

    private final String text;
    private int at;

    JsonPathParser(String text) {
        String trimmed = text.strip();
        boolean braces = trimmed.startsWith("{") && trimmed.endsWith("}");
        this.text = braces ? trimmed.substring(1, trimmed.length() - 1).strip() : trimmed;
    }

    List<JsonPathStep> parse() {
        if (text.startsWith("$")) {
            at++;
        }
        List<JsonPathStep> steps = steps();
        if (at < text.length()) {
            throw broken("a '.' or '[' belongs");
        }
        return steps;
    }

    /** Up to the end, or to what is no step any more. */
    private List<JsonPathStep> steps() {
        List<JsonPathStep> steps = new ArrayList<>();
        while (at < text.length()) {
            char next = text.charAt(at);
            if (next == '.') {
                at++;
                field(steps);
            } else if (next == '[') {
                at++;
                steps.add(bracket());
            } else {
                return steps;
            }
        }
        return steps;
    }

    /** Nothing after the dot is the object itself; a bracket may follow. */
    private void field(List<JsonPathStep> steps) {
        StringBuilder name = new StringBuilder();
        while (at < text.length() && ".[]()=!<>& |".indexOf(text.charAt(at)) < 0) {
            if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                at++;
            }
            name.append(text.charAt(at++));
        }
        if (name.toString().equals("*")) {
            steps.add(new JsonPathStep.Every());
        } else if (!name.isEmpty()) {
            steps.add(new JsonPathStep.Field(name.toString()));
        } else if (text.startsWith(".", at)) {
            throw broken("a name belongs");
        }
    }

    private JsonPathStep bracket() {
        JsonPathStep step;
        if (text.startsWith("?(@", at)) {
            at += 3;
            step = filter();
        } else if (text.startsWith("*", at)) {
            at++;
            step = new JsonPathStep.Every();
        } else if (at < text.length() && isQuote(text.charAt(at))) {
            step = new JsonPathStep.Field(quoted());
        } else {
            step = new JsonPathStep.Item(index());
        }
        expect("]");
        return step;
    }

    private int index() {
        int start = at;
        while (at < text.length() && (text.charAt(at) == '-' || Character.isDigit(text.charAt(at)))) {
            at++;
        }
        try {
            return Integer.parseInt(text.substring(start, at));
        } catch (NumberFormatException e) {
            throw broken("a number, a name in quotes, '*' or '?(@' belongs");
        }
    }

    private JsonPathStep filter() {
        List<JsonPathStep> path = steps();
        skipBlanks();
        for (String operator : OPERATORS) {
            if (text.startsWith(operator, at)) {
                at += operator.length();
                skipBlanks();
                JsonNode literal = literal();
                skipBlanks();
                expect(")");
                return new JsonPathStep.Filter(path, operator, Optional.of(literal));
            }
        }
        expect(")");
        return new JsonPathStep.Filter(path, "", Optional.empty());
    }

    private JsonNode literal() {
        if (at < text.length() && isQuote(text.charAt(at))) {
            return TextNode.valueOf(quoted());
        }
        int start = at;
        while (at < text.length() && text.charAt(at) != ')' && text.charAt(at) != ' ') {
            at++;
        }
        String word = text.substring(start, at);
        if (word.equals("true") || word.equals("false")) {
            return BooleanNode.valueOf(word.equals("true"));
        }
        try {
            return DoubleNode.valueOf(Double.parseDouble(word));
        } catch (NumberFormatException e) {
            throw broken("a text in quotes, a number, true or false belongs");
        }
    }

    private String quoted() {
        char quote = text.charAt(at);
        int end = text.indexOf(quote, at + 1);
        if (end < 0) {
            throw broken("the text has no end");
        }
        String content = text.substring(at + 1, end);
        at = end + 1;
        return content;
    }

    private void skipBlanks() {
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
    }

    private void expect(String expected) {
        if (!text.startsWith(expected, at)) {
            throw broken("'" + expected + "' belongs");
        }
        at += expected.length();
    }

    private static boolean isQuote(char letter) {
        return letter == '\'' || letter == '"';
    }

    private IllegalArgumentException broken(String expected) {
        return new IllegalArgumentException(
                "The JSONPath " + text + " cannot be read at character " + (at + 1) + ": " + expected + " there.");
    }
}
