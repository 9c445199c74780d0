package io.doksnap.apiserver.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** A patch in the form of the result, where null removes (RFC 7396). */
public final class MergePatch {
    private MergePatch() {}

    /** A new value; lists are replaced as a whole. */
    public static JsonNode apply(JsonNode target, JsonNode patch) throws PatchException {
        Depth.check(patch);
        return merge(target.deepCopy(), patch);
    }

    /** @param target may be changed */
    static JsonNode merge(JsonNode target, JsonNode patch) {
        if (!patch.isObject()) {
            return patch.deepCopy();
        }
        ObjectNode merged = target instanceof ObjectNode object ? object : JsonNodeFactory.instance.objectNode();
        patch.properties().forEach(field -> {
            if (field.getValue().isNull()) {
                merged.remove(field.getKey());
            } else {
                merged.set(field.getKey(), merge(merged.path(field.getKey()), field.getValue()));
            }
        });
        return merged;
    }
}
