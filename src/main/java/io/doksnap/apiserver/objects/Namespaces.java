package io.doksnap.apiserver.objects;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.apiserver.json.Json;
import io.doksnap.apiserver.resource.CoreTypes;

/** The namespace that is always there. */
public final class Namespaces {
    static final String DEFAULT = "default";

    private Namespaces() {}

    /** Makes it where it is missing. */
    public static void ensureDefault(Objects objects) {
        if (objects.find(CoreTypes.NAMESPACES, "", DEFAULT).isEmpty()) {
            ObjectNode namespace = Json.object();
            namespace.putObject("metadata").put("name", DEFAULT);
            objects.create(CoreTypes.NAMESPACES, "", namespace, WriteOptions.own());
        }
    }
}
