package io.doksnap.apiserver.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.apiserver.resource.CoreTypes;
import io.doksnap.apiserver.resource.ResourceType;
import java.util.Map;

/**
 * The kind that a request is about: as the client sees it, and as it is kept. They differ for events, which have two forms
 * ({@code v1} and {@code events.k8s.io/v1}) and are one.
 */
record Target(ResourceType shown, ResourceType kept) {
    private static final Map<String, String> FROM_CORE = Map.of(
            "involvedObject", "regarding",
            "message", "note",
            "count", "deprecatedCount",
            "firstTimestamp", "deprecatedFirstTimestamp",
            "lastTimestamp", "deprecatedLastTimestamp",
            "source", "deprecatedSource",
            "reportingComponent", "reportingController");

    static Target of(ResourceType type) {
        return new Target(type, type.equals(CoreTypes.NEW_EVENTS) ? CoreTypes.EVENTS : type);
    }

    boolean isView() {
        return !shown.equals(kept);
    }

    /** As the client sees it; may be the same tree. */
    ObjectNode outward(ObjectNode kept) {
        if (isView()) {
            FROM_CORE.forEach((core, shown) -> rename(kept, core, shown));
            kept.put("apiVersion", shown.apiVersion());
        }
        return kept;
    }

    /** As it is kept; may be the same tree. */
    ObjectNode inward(ObjectNode sent) {
        if (isView()) {
            FROM_CORE.forEach((core, shown) -> rename(sent, shown, core));
            sent.put("apiVersion", kept.apiVersion());
        }
        return sent;
    }

    private static void rename(ObjectNode object, String from, String to) {
        JsonNode value = object.remove(from);
        if (value != null) {
            object.set(to, value);
        }
    }
}
