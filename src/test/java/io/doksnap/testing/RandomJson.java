package io.doksnap.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Random;

/** Values of every kind, small, with few names so that two of them often meet in a field. */
public final class RandomJson {
    private static final List<String> NAMES =
            List.of("a", "b", "name", "spec", "metadata", "x.y", "with~tilde", "with/slash", "", "ü");

    private final Random random;
    private final JsonNodeFactory make = JsonNodeFactory.instance;

    public RandomJson(Random random) {
        this.random = random;
    }

    public JsonNode value(int depth) {
        return switch (random.nextInt(depth > 0 ? 9 : 6)) {
            case 0 -> make.nullNode();
            case 1 -> make.booleanNode(random.nextBoolean());
            case 2 -> make.numberNode(random.nextInt(5));
            case 3 -> make.numberNode(random.nextInt(3) + 0.5);
            case 4, 5 -> make.textNode(name());
            case 6 -> list(depth);
            default -> object(depth);
        };
    }

    public ObjectNode object(int depth) {
        ObjectNode object = make.objectNode();
        for (int i = random.nextInt(4); i > 0; i--) {
            object.set(name(), value(depth - 1));
        }
        return object;
    }

    private ArrayNode list(int depth) {
        ArrayNode list = make.arrayNode();
        for (int i = random.nextInt(4); i > 0; i--) {
            list.add(value(depth - 1));
        }
        return list;
    }

    private String name() {
        return NAMES.get(random.nextInt(NAMES.size()));
    }
}
