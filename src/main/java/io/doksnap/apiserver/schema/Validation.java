package io.doksnap.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;

/** Holds a value against a schema, from the outside to the inside. */
final class Validation {
    private Validation() {}

    static void check(SchemaNode schema, JsonNode value, String path, Problems problems) {
        if (problems.isFull() || (value.isNull() && isNullAllowed(schema))) {
            return;
        }
        if (!hasType(schema, value)) {
            problems.wrongType(
                    path,
                    schema.shape().intOrString()
                            ? "integer,string"
                            : schema.shape().type(),
                    value);
            return;
        }
        schema.rules().forEach(rule -> rule.check(value, path, problems));
        if (schema.saysNothingInside()) {
            return;
        }
        if (value.isObject()) {
            value.properties().forEach(field -> {
                SchemaNode child = schema.field(field.getKey());
                check(child, field.getValue(), RuleCompiler.below(path, field.getKey()), problems);
            });
        } else if (value.isArray() && schema.children().items() != null) {
            for (int i = 0; i < value.size(); i++) {
                check(schema.item(), value.get(i), path + "[" + i + "]", problems);
            }
        }
    }

    private static boolean isNullAllowed(SchemaNode schema) {
        return schema.shape().nullable()
                || (schema.shape().type().isEmpty() && !schema.shape().intOrString());
    }

    private static boolean hasType(SchemaNode schema, JsonNode value) {
        if (schema.shape().intOrString()) {
            return value.isTextual() || Numbers.isWhole(value);
        }
        return switch (schema.shape().type()) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isTextual();
            case "boolean" -> value.isBoolean();
            case "integer" -> Numbers.isWhole(value);
            case "number" -> value.isNumber();
            default -> true;
        };
    }
}
