package io.doksnap.apiserver.objects;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.apiserver.json.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An object's {@code metadata}, read and written in place. */
public record Metadata(ObjectNode object, ObjectNode node) {
    /** Fields that only the server writes. */
    private static final List<String> KEPT =
            List.of("uid", "creationTimestamp", "generation", "deletionTimestamp", "deletionGracePeriodSeconds");

    public static Metadata of(ObjectNode object) {
        return new Metadata(object, Json.child(object, "metadata"));
    }

    public String name() {
        return text("name");
    }

    public String namespace() {
        return text("namespace");
    }

    public String uid() {
        return text("uid");
    }

    public String version() {
        return text("resourceVersion");
    }

    public String text(String field) {
        return node.path(field).asText("");
    }

    public boolean beingDeleted() {
        return node.hasNonNull("deletionTimestamp");
    }

    public List<String> finalizers() {
        List<String> all = new ArrayList<>();
        node.path("finalizers").forEach(one -> all.add(one.asText()));
        return all;
    }

    void addFinalizer(String finalizer) {
        if (!finalizers().contains(finalizer)) {
            (node.get("finalizers") instanceof ArrayNode array ? array : node.putArray("finalizers")).add(finalizer);
        }
    }

    void removeFinalizer(String finalizer) {
        List<String> left = finalizers();
        if (left.remove(finalizer)) {
            setOrRemove("finalizers", left.isEmpty() ? null : Json.texts(left));
        }
    }

    void setOrRemove(String field, @Nullable JsonNode value) {
        if (value == null || value.isMissingNode() || value.isNull()) {
            node.remove(field);
        } else {
            node.set(field, value);
        }
    }

    /** Takes what only the server writes from another state of the object. */
    void keepFrom(Metadata old) {
        KEPT.forEach(field -> setOrRemove(field, old.node.get(field)));
    }

    void forget(String... fields) {
        for (String field : fields) {
            node.remove(field);
        }
    }

    long generation() {
        return node.path("generation").asLong(0);
    }
}
