package io.doksnap.apiserver.watch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.apiserver.storage.Key;
import java.util.function.Predicate;

/**
 * Which objects of a resource somebody wants to see.
 *
 * @param namespace empty for all
 */
public record Selection(String resource, String namespace, Predicate<ObjectNode> selector) {
    /** Looks at nothing but the key, which is cheap. */
    boolean mayHold(Key key) {
        return key.resource().equals(resource)
                && (namespace.isEmpty() || key.namespace().equals(namespace));
    }

    boolean selects(ObjectNode object) {
        return selector.test(object);
    }
}
