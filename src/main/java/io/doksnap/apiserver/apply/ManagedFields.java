package io.doksnap.apiserver.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.apiserver.apply.Manager.Operation;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The managers of an object's fields. Not for several threads. */
final class ManagedFields {
    /** More than so many who update are not told apart: names of programs come and go. */
    private static final int MOST_UPDATERS = 10;

    private static final String ANCIENT = "ancient-changes";

    /** @param time in the form of RFC 3339, or empty */
    record Share(Manager manager, String time, FieldSet fields) {}

    private final Map<Manager, Share> shares = new LinkedHashMap<>();

    /** Reads {@code metadata.managedFields}; empty where one of its entries is none. */
    static Optional<ManagedFields> fromJson(JsonNode entries) {
        ManagedFields managed = new ManagedFields();
        for (JsonNode entry : entries) {
            Optional<FieldSet> fields = FieldSet.fromJson(entry.path("fieldsV1"));
            String operation = entry.path("operation").asText();
            boolean known = operation.equals("Apply") || operation.equals("Update");
            if (fields.isEmpty() || !known || !entry.path("fieldsType").asText().equals("FieldsV1")) {
                return Optional.empty();
            }
            Manager manager = new Manager(
                    entry.path("manager").asText(),
                    operation.equals("Apply") ? Operation.APPLY : Operation.UPDATE,
                    entry.path("apiVersion").asText(),
                    entry.path("subresource").asText(""));
            managed.put(new Share(manager, entry.path("time").asText(""), fields.get()));
        }
        return Optional.of(managed);
    }

    boolean isEmpty() {
        return shares.isEmpty();
    }

    void put(Share share) {
        if (share.fields().isEmpty()) {
            shares.remove(share.manager().identity());
        } else {
            shares.put(share.manager().identity(), share);
        }
    }

    FieldSet fieldsOf(Manager manager) {
        Share share = shares.get(manager.identity());
        return share == null ? FieldSet.NONE : share.fields();
    }

    FieldSet all() {
        return shares.values().stream().map(Share::fields).reduce(FieldSet.NONE, FieldSet::union);
    }

    List<Share> others(Manager manager) {
        return shares.values().stream()
                .filter(share -> !share.manager().identity().equals(manager.identity()))
                .toList();
    }

    /** Sets what somebody manages; the time stays where the fields do, and nothing else was changed. */
    void set(Manager manager, FieldSet fields, boolean changed, Instant now) {
        Share before = shares.get(manager.identity());
        if (before != null && before.fields().equals(fields) && !changed) {
            put(new Share(manager, before.time(), fields));
            return;
        }
        String time = now.truncatedTo(ChronoUnit.SECONDS).toString();
        put(new Share(manager, time, fields));
    }

    /** Takes fields from everybody but one. */
    void takeFromOthers(Manager manager, FieldSet taken) {
        for (Share share : others(manager)) {
            put(new Share(share.manager(), share.time(), share.fields().minus(taken)));
        }
    }

    /** Those who update and did so longest ago become one. */
    void cap(String apiVersion) {
        List<Share> updaters = shares.values().stream()
                .filter(share -> share.manager().operation() == Operation.UPDATE)
                .filter(share -> !share.manager().name().equals(ANCIENT))
                .sorted(Comparator.comparing(Share::time))
                .toList();
        Manager ancient = new Manager(ANCIENT, Operation.UPDATE, apiVersion, "");
        for (Share oldest : updaters.subList(0, Math.max(0, updaters.size() - MOST_UPDATERS))) {
            shares.remove(oldest.manager().identity());
            put(new Share(ancient, oldest.time(), fieldsOf(ancient).union(oldest.fields())));
        }
    }

    ArrayNode toJson() {
        ArrayNode entries = JsonNodeFactory.instance.arrayNode();
        shares.values().stream()
                .sorted(Comparator.comparing((Share share) -> share.manager().operation())
                        .thenComparing(Share::time)
                        .thenComparing(share -> share.manager().name())
                        .thenComparing(share -> share.manager().apiVersion())
                        .thenComparing(share -> share.manager().subresource()))
                .forEach(share -> entries.add(entry(share)));
        return entries;
    }

    private static ObjectNode entry(Share share) {
        Manager manager = share.manager();
        ObjectNode entry = JsonNodeFactory.instance.objectNode();
        entry.put("manager", manager.name())
                .put("operation", manager.operation().text())
                .put("apiVersion", manager.apiVersion());
        if (!share.time().isEmpty()) {
            entry.put("time", share.time());
        }
        entry.put("fieldsType", "FieldsV1").set("fieldsV1", share.fields().toJson());
        if (!manager.subresource().isEmpty()) {
            entry.put("subresource", manager.subresource());
        }
        return entry;
    }
}
