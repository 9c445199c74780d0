package io.doksnap.apiserver.patch;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.doksnap.apiserver.patch.PatchException.Kind;
import io.fabric8.zjsonpatch.CompatibilityFlags;
import io.fabric8.zjsonpatch.JsonPatchException;
import java.util.EnumSet;
import java.util.Set;

/** A list of operations: add, remove, replace, move, copy and test (RFC 6902). */
public final class JsonPatch {
    private static final int MOST_OPERATIONS = 10_000;
    /** Copies can double a list again and again until the memory is full; nobody needs many. */
    private static final int MOST_COPIES = 50;

    private static final long MOST_COPIED = 200_000;

    private static final Set<String> OPERATIONS = Set.of("add", "remove", "replace", "move", "copy", "test");
    private static final EnumSet<CompatibilityFlags> STRICT =
            EnumSet.of(CompatibilityFlags.FORBID_REMOVE_MISSING_OBJECT);

    private JsonPatch() {}

    /** A new value, with all operations carried out; or an exception, with none. */
    public static JsonNode apply(JsonNode target, JsonNode patch) throws PatchException {
        if (!patch.isArray()) {
            throw new PatchException(Kind.MALFORMED, "A JSON patch is a list of operations.");
        }
        if (patch.size() > MOST_OPERATIONS) {
            throw new PatchException(
                    Kind.TOO_LARGE,
                    "The allowed maximum operations in a JSON patch is " + MOST_OPERATIONS + ", got " + patch.size());
        }
        Depth.check(patch);
        for (JsonNode operation : patch) {
            check(operation);
        }
        return inRuns(target, patch);
    }

    /** Everything at once, except that what a copy copies is measured before. */
    private static JsonNode inRuns(JsonNode target, JsonNode patch) throws PatchException {
        JsonNode patched = target;
        ArrayNode run = JsonNodeFactory.instance.arrayNode();
        int copies = 0;
        long copied = 0;
        for (JsonNode operation : patch) {
            if (operation.path("op").asText().equals("copy")) {
                patched = carriedOut(patched, run);
                run = JsonNodeFactory.instance.arrayNode();
                copies++;
                copied += Depth.size(at(patched, operation.path("from").asText()), MOST_COPIED);
            }
            if (copies > MOST_COPIES || copied > MOST_COPIED) {
                throw new PatchException(
                        Kind.TOO_LARGE,
                        "The JSON patch copies too much: at most " + MOST_COPIES + " copy operations with "
                                + MOST_COPIED + " values are allowed.");
            }
            run.add(operation);
        }
        patched = carriedOut(patched, run);
        Depth.check(patched);
        return patched;
    }

    private static void check(JsonNode operation) throws PatchException {
        String name = operation.path("op").asText();
        if (!operation.isObject()
                || !OPERATIONS.contains(name)
                || !operation.path("path").isTextual()) {
            throw new PatchException(
                    Kind.MALFORMED, "The operation " + shown(operation) + " has no known \"op\", or no \"path\".");
        }
        if ((operation.path("path").asText() + operation.path("from").asText()).contains("~01")) {
            // The library takes the field "~1" for "/". No name in our objects has a tilde.
            throw new PatchException(
                    Kind.UNFIT, "A field whose name has \"~1\" in it cannot be patched: " + shown(operation));
        }
        boolean needsFrom = name.equals("move") || name.equals("copy");
        boolean needsValue = name.equals("add") || name.equals("replace") || name.equals("test");
        if ((needsFrom && !operation.path("from").isTextual()) || (needsValue && !operation.has("value"))) {
            throw new PatchException(
                    Kind.MALFORMED,
                    "The operation " + shown(operation) + " needs a \"" + (needsFrom ? "from" : "value") + "\".");
        }
        String from = operation.path("from").asText() + "/";
        if (name.equals("move") && operation.path("path").asText().startsWith(from)) {
            throw new PatchException(
                    Kind.UNFIT, "The operation " + shown(operation) + " would put a value inside of itself.");
        }
    }

    private static JsonNode at(JsonNode value, String pointer) throws PatchException {
        try {
            return value.at(JsonPointer.compile(pointer));
        } catch (IllegalArgumentException e) {
            throw new PatchException(
                    Kind.MALFORMED, "\"" + pointer + "\" is no JSON pointer: it starts with no slash.");
        }
    }

    private static JsonNode carriedOut(JsonNode target, ArrayNode operations) throws PatchException {
        try {
            return io.fabric8.zjsonpatch.JsonPatch.apply(operations, target, STRICT);
        } catch (JsonPatchException e) {
            throw new PatchException(Kind.UNFIT, "The JSON patch does not fit the object: " + e.getMessage());
        } catch (RuntimeException e) {
            // The library's own words for pointers that lead nowhere are those of the JDK.
            throw new PatchException(Kind.UNFIT, "The JSON patch does not fit the object: a path leads nowhere.");
        }
    }

    private static String shown(JsonNode operation) {
        String text = operation.toString();
        return text.length() <= 200 ? text : text.substring(0, 200) + "...";
    }
}
