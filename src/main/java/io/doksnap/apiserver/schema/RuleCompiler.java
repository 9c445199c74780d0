package io.doksnap.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/** Turns the keywords of one schema that judge a value into rules. */
final class RuleCompiler {
    private final SchemaCompiler nodes;
    private final JsonNode schema;
    private final List<Rule> rules = new ArrayList<>();

    RuleCompiler(SchemaCompiler nodes, JsonNode schema) {
        this.nodes = nodes;
        this.schema = schema;
    }

    List<Rule> rules() {
        required();
        enumeration();
        text();
        number();
        sizes();
        branches();
        return rules;
    }

    private void required() {
        List<String> names = new ArrayList<>();
        schema.path("required").forEach(name -> names.add(name.asText()));
        if (!names.isEmpty()) {
            rules.add((value, path, problems) -> {
                if (value.isObject()) {
                    names.stream()
                            .filter(name -> !value.has(name))
                            .forEach(name -> problems.required(below(path, name)));
                }
            });
        }
    }

    static String below(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    private void enumeration() {
        List<JsonNode> allowed = new ArrayList<>();
        schema.path("enum").forEach(value -> allowed.add(value.deepCopy()));
        if (!allowed.isEmpty()) {
            rules.add((value, path, problems) -> {
                if (allowed.stream().noneMatch(one -> same(one, value))) {
                    problems.notSupported(path, value, allowed);
                }
            });
        }
    }

    /** Equal as JSON, where 1 and 1.0 are one number. */
    static boolean same(JsonNode left, JsonNode right) {
        if (left.isNumber() && right.isNumber()) {
            return Numbers.compare(left, right) == 0;
        }
        return left.equals(right);
    }

    private void text() {
        long shortest = schema.path("minLength").asLong(0);
        long longest = schema.path("maxLength").asLong(Long.MAX_VALUE);
        if (shortest > 0 || longest < Long.MAX_VALUE) {
            rules.add((value, path, problems) -> length(value, path, problems, shortest, longest));
        }
        if (schema.hasNonNull("pattern")) {
            String pattern = schema.path("pattern").asText();
            Pattern compiled = compiled(pattern);
            rules.add((value, path, problems) -> {
                if (value.isTextual() && !compiled.matcher(value.asText()).find()) {
                    problems.invalid(path, value, "should match '" + pattern + "'");
                }
            });
        }
        Formats.named(schema.path("format").asText())
                .ifPresent(format -> rules.add((value, path, problems) -> {
                    if (!format.accepts(value)) {
                        problems.invalid(path, value, "must be of type " + format.name());
                    }
                }));
    }

    private static void length(JsonNode value, String path, Problems problems, long shortest, long longest) {
        if (value.isTextual()) {
            String text = value.asText();
            int length = text.codePointCount(0, text.length());
            if (length < shortest) {
                problems.invalid(path, value, "should be at least " + shortest + " chars long");
            }
            if (length > longest) {
                problems.tooLong(path, longest);
            }
        }
    }

    private static Pattern compiled(String pattern) {
        try {
            return Pattern.compile(pattern);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "The schema's pattern '" + pattern + "' cannot be read: " + e.getMessage(), e);
        }
    }

    private void number() {
        boolean above = schema.path("exclusiveMinimum").asBoolean();
        boolean under = schema.path("exclusiveMaximum").asBoolean();
        bound("minimum", above ? "greater than" : "greater than or equal to", (value, bound) -> {
            int order = Numbers.compare(value, bound);
            return above ? order > 0 : order >= 0;
        });
        bound("maximum", under ? "less than" : "less than or equal to", (value, bound) -> {
            int order = Numbers.compare(value, bound);
            return under ? order < 0 : order <= 0;
        });
        bound("multipleOf", "a multiple of", Numbers::isMultiple);
    }

    private void bound(String keyword, String words, BiPredicate<BigDecimal, BigDecimal> holds) {
        JsonNode written = schema.path(keyword);
        if (written.isNumber()) {
            BigDecimal bound = written.decimalValue();
            rules.add((value, path, problems) -> {
                if (value.isNumber() && !holds.test(Numbers.exact(value), bound)) {
                    problems.invalid(path, value, "should be " + words + " " + written.asText());
                }
            });
        }
    }

    private void sizes() {
        size("Items", JsonNode::isArray);
        size("Properties", JsonNode::isObject);
        if (schema.path("uniqueItems").asBoolean()) {
            rules.add((value, path, problems) -> ListRules.unique(value, path, problems));
        }
        ListRules.of(schema).ifPresent(rules::add);
    }

    private void size(String what, Predicate<JsonNode> applies) {
        long fewest = schema.path("min" + what).asLong(0);
        long most = schema.path("max" + what).asLong(Long.MAX_VALUE);
        if (fewest > 0 || most < Long.MAX_VALUE) {
            rules.add((value, path, problems) -> {
                if (applies.test(value) && value.size() < fewest) {
                    problems.invalid(
                            path, value, "should have at least " + fewest + " " + what.toLowerCase(Locale.ROOT));
                }
                if (applies.test(value) && value.size() > most) {
                    problems.tooMany(path, value.size(), most);
                }
            });
        }
    }

    private void branches() {
        List<SchemaNode> any = compiled(schema.path("anyOf"));
        List<SchemaNode> one = compiled(schema.path("oneOf"));
        List<SchemaNode> all = compiled(schema.path("allOf"));
        if (!any.isEmpty()) {
            rules.add((value, path, problems) -> Branches.anyOf(any, value, path, problems));
        }
        if (!one.isEmpty()) {
            rules.add((value, path, problems) -> Branches.oneOf(one, value, path, problems));
        }
        all.forEach(branch -> rules.add((value, path, problems) -> Validation.check(branch, value, path, problems)));
        if (schema.path("not").isObject()) {
            SchemaNode not = nodes.compile(schema.path("not"));
            rules.add((value, path, problems) -> Branches.not(not, value, path, problems));
        }
    }

    private List<SchemaNode> compiled(JsonNode branches) {
        List<SchemaNode> compiled = new ArrayList<>();
        branches.forEach(branch -> compiled.add(nodes.compile(branch)));
        return List.copyOf(compiled);
    }
}
