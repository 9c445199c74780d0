package io.doksnap.app.objects;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.operator.resource.ResourceJson;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntryBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/** An API in memory: applying merges, and notes who did it. */
final class MemoryObjects implements ObjectsApi {
    final Map<String, HasMetadata> objects = new TreeMap<>();
    final List<String> events = new ArrayList<>();
    int writes;
    boolean down;
    boolean refusing;

    private final KubernetesSerialization json = ResourceJson.serialization();

    @Override
    public List<HasMetadata> labelled(Origin origin) throws ApiException {
        answer();
        return objects.values().stream()
                .filter(object -> object.getMetadata().getLabels() != null
                        && origin.toString()
                                .equals(object.getMetadata().getLabels().get("doksnap.io/origin")))
                .toList();
    }

    @Override
    public Optional<HasMetadata> find(HasMetadata named) throws ApiException {
        answer();
        return Optional.ofNullable(objects.get(key(named)));
    }

    @Override
    public void apply(HasMetadata object, Origin by) throws ApiException {
        answer();
        if (refusing) {
            throw new ApiException(true, "spec.schedule.cron: Invalid value", new IllegalStateException());
        }
        writes++;
        HasMetadata live = objects.get(key(object));
        ObjectNode merged = live == null ? json(object).deepCopy() : (ObjectNode) json(live);
        merge(merged, json(object));
        HasMetadata applied = json.convertValue(merged, object.getClass());
        List<ManagedFieldsEntry> managers = live == null
                ? new ArrayList<>()
                : new ArrayList<>(live.getMetadata().getManagedFields());
        managers.removeIf(entry -> by.fieldManager().equals(entry.getManager()));
        managers.add(new ManagedFieldsEntryBuilder()
                .withManager(by.fieldManager())
                .withOperation("Apply")
                .build());
        applied.getMetadata().setManagedFields(managers);
        objects.put(key(object), applied);
    }

    @Override
    public void disown(HasMetadata object, Origin by) throws ApiException {
        answer();
        Objects.requireNonNull(objects.get(key(object)))
                .getMetadata()
                .getManagedFields()
                .removeIf(entry -> by.fieldManager().equals(entry.getManager()));
    }

    @Override
    public void annotate(HasMetadata object, Origin by, String key, Optional<String> value) throws ApiException {
        answer();
        var metadata = Objects.requireNonNull(objects.get(key(object))).getMetadata();
        Map<String, String> annotations =
                new TreeMap<>(metadata.getAnnotations() == null ? Map.of() : metadata.getAnnotations());
        if (value.isPresent()) {
            annotations.put(key, value.get());
        } else {
            annotations.remove(key);
        }
        metadata.setAnnotations(annotations);
    }

    @Override
    public void delete(HasMetadata object) throws ApiException {
        answer();
        objects.remove(key(object));
    }

    @Override
    public void tell(HasMetadata about, Notice notice) throws ApiException {
        answer();
        events.add(key(about) + " " + notice.reason() + ": " + notice.message());
    }

    @Override
    public JsonNode json(HasMetadata object) {
        return json.convertValue(object, JsonNode.class);
    }

    /** Changes an object as somebody with kubectl does. */
    void edit(String key, Consumer<ObjectNode> change) {
        HasMetadata live = Objects.requireNonNull(objects.get(key));
        ObjectNode edited = (ObjectNode) json(live);
        change.accept(edited);
        HasMetadata changed = json.convertValue(edited, live.getClass());
        List<ManagedFieldsEntry> managers =
                new ArrayList<>(changed.getMetadata().getManagedFields());
        managers.add(new ManagedFieldsEntryBuilder()
                .withManager("kubectl-edit")
                .withOperation("Update")
                .withTime("2026-01-01T00:00:00Z")
                .build());
        changed.getMetadata().setManagedFields(managers);
        objects.put(key, changed);
    }

    static String key(HasMetadata object) {
        return object.getKind() + "/" + object.getMetadata().getName();
    }

    private void answer() throws ApiException {
        if (down) {
            throw new ApiException(false, "connection refused", new IllegalStateException());
        }
    }

    private static void merge(ObjectNode into, JsonNode from) {
        from.properties().forEach(field -> {
            if (into.get(field.getKey()) instanceof ObjectNode inner
                    && field.getValue().isObject()) {
                merge(inner, field.getValue());
            } else {
                into.set(field.getKey(), field.getValue());
            }
        });
    }
}
