package io.doksnap.apiserver.discovery;

import io.doksnap.apiserver.openapi.OpenApi;
import io.doksnap.apiserver.openapi.ServedKind;
import io.doksnap.apiserver.resource.CoreTypes;
import io.doksnap.apiserver.resource.ResourceType;
import io.doksnap.apiserver.resource.ResourceTypes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the kinds look like, as OpenAPI; made when somebody first asks. */
public final class Descriptions {
    private final ResourceTypes types;
    private @Nullable OpenApi made;

    public Descriptions(ResourceTypes types) {
        this.types = types;
    }

    public synchronized OpenApi openApi() {
        OpenApi all = made;
        if (all == null) {
            all = OpenApi.of(kinds());
            made = all;
        }
        return all;
    }

    private List<ServedKind> kinds() {
        List<ServedKind> kinds = new ArrayList<>(ServedKind.reviews());
        for (ResourceType type : types.all()) {
            // The newer form of events has no schema of its own.
            if (!type.equals(CoreTypes.NEW_EVENTS)) {
                kinds.add(new ServedKind(
                        type.group(),
                        type.version(),
                        new ServedKind.Names(type.kind(), type.plural()),
                        type.namespaced(),
                        ServedKind.Verbs.ALL,
                        type.status(),
                        type.looks().definition()));
            }
        }
        return kinds;
    }
}
