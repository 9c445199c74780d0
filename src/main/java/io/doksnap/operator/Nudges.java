package io.doksnap.operator;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;

/** Makes a reconciler look at an object for a reason that no watch tells of. May be called from any thread, and never blocks. */
final class Nudges<R extends HasMetadata> {
    private final SimpleInboundEventSource<R> source;

    Nudges(String name) {
        source = new SimpleInboundEventSource<>(name);
    }

    SimpleInboundEventSource<R> source() {
        return source;
    }

    void at(String namespace, String name) {
        source.propagateEvent(new ResourceID(name, namespace));
    }
}
