package io.doksnap.apiserver.objects;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.apiserver.json.Json;
import io.doksnap.apiserver.resource.CoreTypes;
import io.doksnap.apiserver.storage.StaleException;
import io.doksnap.apiserver.storage.Storage;
import io.doksnap.apiserver.storage.StorageException;
import io.doksnap.apiserver.storage.Stored;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** The definitions that the server was started with, as objects that clients can look at. */
public final class Definitions {
    private Definitions() {}

    /** Stores them as they are now; what an older version of the program defined and this one does not is forgotten. Before anybody else writes. */
    public static void keep(Storage storage, List<ObjectNode> definitions, Clock clock) throws StorageException {
        String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        Set<String> names = new HashSet<>();
        try {
            for (ObjectNode definition : definitions) {
                names.add(definition.at("/metadata/name").asText());
                keep(storage, definition, now);
            }
            for (Stored old : new ArrayList<>(
                    storage.list(CoreTypes.DEFINITIONS.resource(), "").objects())) {
                if (!names.contains(old.key().name())) {
                    storage.delete(old.key(), old.version());
                }
            }
        } catch (StaleException e) {
            throw new IllegalStateException("somebody else writes while the server starts", e);
        }
    }

    private static void keep(Storage storage, ObjectNode definition, String now)
            throws StorageException, StaleException {
        String name = definition.at("/metadata/name").asText();
        Optional<Stored> old = storage.get(CoreTypes.DEFINITIONS.key("", name));
        ObjectNode object = old.map(Stored::object).orElseGet(() -> fresh(name, now));
        boolean changed = !object.path("spec").equals(definition.path("spec"));
        object.set("spec", definition.path("spec").deepCopy());
        Metadata metadata = Metadata.of(object);
        if (changed) {
            metadata.node().put("generation", metadata.generation() + 1);
        }
        object.set("status", status(definition, metadata.text("creationTimestamp")));
        if (old.isPresent()) {
            storage.replace(old.get().key(), old.get().version(), object);
        } else {
            storage.create(CoreTypes.DEFINITIONS.key("", name), object);
        }
    }

    private static ObjectNode fresh(String name, String now) {
        ObjectNode object = Json.object();
        object.put("apiVersion", CoreTypes.DEFINITIONS.apiVersion()).put("kind", CoreTypes.DEFINITIONS.kind());
        object.putObject("metadata")
                .put("name", name)
                .put("uid", UUID.randomUUID().toString())
                .put("creationTimestamp", now);
        return object;
    }

    private static ObjectNode status(ObjectNode definition, String since) {
        ObjectNode status = Json.object();
        var conditions = status.putArray("conditions");
        conditions
                .addObject()
                .put("type", "NamesAccepted")
                .put("status", "True")
                .put("lastTransitionTime", since)
                .put("reason", "NoConflicts")
                .put("message", "no conflicts found");
        conditions
                .addObject()
                .put("type", "Established")
                .put("status", "True")
                .put("lastTransitionTime", since)
                .put("reason", "InitialNamesAccepted")
                .put("message", "the initial names have been accepted");
        status.set("acceptedNames", definition.at("/spec/names").deepCopy());
        var versions = status.putArray("storedVersions");
        definition.at("/spec/versions").forEach(version -> {
            if (version.path("storage").asBoolean()) {
                versions.add(version.path("name").asText());
            }
        });
        return status;
    }
}
