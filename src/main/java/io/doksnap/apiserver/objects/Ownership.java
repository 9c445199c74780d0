package io.doksnap.apiserver.objects;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.apiserver.storage.Change;
import io.doksnap.apiserver.storage.Key;
import io.doksnap.apiserver.storage.Stored;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Who owns whom, kept up with the changes. For one thread. */
final class Ownership {
    /**
     * A reference from an object to one of its owners.
     *
     * @param blocks whether the owner may not go before this object, where it goes last
     */
    record Owner(String apiVersion, String kind, String uid, boolean blocks) {}

    private record Known(String uid, List<Owner> owners) {}

    private final Map<Key, Known> objects = new HashMap<>();
    private final Map<String, Key> byUid = new HashMap<>();
    private final Map<String, Set<Key>> dependents = new HashMap<>();

    void follow(Change change) {
        forget(change.now().key());
        if (change.kind() != Change.Kind.DELETED) {
            add(change.now());
        }
    }

    void add(Stored stored) {
        ObjectNode object = stored.object();
        String uid = object.at("/metadata/uid").asText();
        List<Owner> owners = owners(object);
        objects.put(stored.key(), new Known(uid, owners));
        byUid.put(uid, stored.key());
        owners.forEach(owner ->
                dependents.computeIfAbsent(owner.uid(), any -> new HashSet<>()).add(stored.key()));
    }

    private void forget(Key key) {
        Known known = objects.remove(key);
        if (known == null) {
            return;
        }
        byUid.remove(known.uid());
        for (Owner owner : known.owners()) {
            Set<Key> siblings = dependents.getOrDefault(owner.uid(), Set.of());
            siblings.remove(key);
            if (siblings.isEmpty()) {
                dependents.remove(owner.uid());
            }
        }
    }

    static List<Owner> owners(ObjectNode object) {
        List<Owner> owners = new ArrayList<>();
        for (JsonNode reference : object.at("/metadata/ownerReferences")) {
            owners.add(new Owner(
                    reference.path("apiVersion").asText(),
                    reference.path("kind").asText(),
                    reference.path("uid").asText(),
                    reference.path("blockOwnerDeletion").asBoolean()));
        }
        return owners;
    }

    /** The object of this identity, where there is one. */
    Optional<Key> find(String uid) {
        return Optional.ofNullable(byUid.get(uid));
    }

    List<Owner> ownersOf(Key key) {
        Known known = objects.get(key);
        return known == null ? List.of() : known.owners();
    }

    List<Key> dependentsOf(String uid) {
        return List.copyOf(dependents.getOrDefault(uid, Set.of()));
    }

    /** Whether an owner that goes last still has to wait for somebody. */
    boolean isBlocked(String uid) {
        return dependentsOf(uid).stream()
                .flatMap(key -> ownersOf(key).stream())
                .anyMatch(owner -> owner.uid().equals(uid) && owner.blocks());
    }

    List<Key> all() {
        return List.copyOf(objects.keySet());
    }
}
