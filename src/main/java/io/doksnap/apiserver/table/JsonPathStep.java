package io.doksnap.apiserver.table;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** From a value to some of those inside it. */
sealed interface JsonPathStep {
    void follow(JsonNode value, List<JsonNode> found);

    /** A field by its name. */
    record Field(String name) implements JsonPathStep {
        @Override
        public void follow(JsonNode value, List<JsonNode> found) {
            if (value.has(name)) {
                found.add(value.get(name));
            }
        }
    }

    /** All fields, or all items. */
    record Every() implements JsonPathStep {
        @Override
        public void follow(JsonNode value, List<JsonNode> found) {
            value.forEach(found::add);
        }
    }

    /** An item; negative ones count from the end. */
    record Item(int index) implements JsonPathStep {
        @Override
        public void follow(JsonNode value, List<JsonNode> found) {
            int from = index < 0 ? value.size() + index : index;
            if (value.isArray() && value.has(from)) {
                found.add(value.get(from));
            }
        }
    }

    /** The items for which a comparison holds; without a literal, those that have the value at all. */
    record Filter(List<JsonPathStep> path, String operator, Optional<JsonNode> literal) implements JsonPathStep {
        @Override
        public void follow(JsonNode value, List<JsonNode> found) {
            if (value.isArray()) {
                for (JsonNode item : value) {
                    if (holds(item)) {
                        found.add(item);
                    }
                }
            }
        }

        private boolean holds(JsonNode item) {
            JsonNode found = item;
            for (JsonPathStep step : path) {
                List<JsonNode> next = new ArrayList<>();
                step.follow(found, next);
                if (next.isEmpty()) {
                    return false;
                }
                found = next.get(0);
            }
            JsonNode left = found;
            return literal.map(right -> compare(left, right)).orElse(true);
        }

        private boolean compare(JsonNode left, JsonNode right) {
            boolean numbers = left.isNumber() && right.isNumber();
            if (!numbers && left.getNodeType() != right.getNodeType()) {
                return operator.equals("!=");
            }
            int order = numbers
                    ? Double.compare(left.doubleValue(), right.doubleValue())
                    : left.asText().compareTo(right.asText());
            return switch (operator) {
                case "==" -> order == 0;
                case "!=" -> order != 0;
                case "<" -> order < 0;
                case "<=" -> order <= 0;
                case ">" -> order > 0;
                default -> order >= 0;
            };
        }
    }
}
