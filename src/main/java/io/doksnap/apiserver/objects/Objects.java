package io.doksnap.apiserver.objects;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.apiserver.failure.Failures;
import io.doksnap.apiserver.failure.StatusException;
import io.doksnap.apiserver.objects.Preparation.Managers;
import io.doksnap.apiserver.resource.CoreTypes;
import io.doksnap.apiserver.resource.ResourceType;
import io.doksnap.apiserver.storage.Key;
import io.doksnap.apiserver.storage.Listing;
import io.doksnap.apiserver.storage.StaleException;
import io.doksnap.apiserver.storage.Storage;
import io.doksnap.apiserver.storage.StorageException;
import io.doksnap.apiserver.storage.Stored;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Reads, creates, changes and deletes objects.
 *
 * <p>What a client may do about a failure is in the {@link StatusException} that every method throws.
 */
public final class Objects {
    /** How often somebody else may be faster before the client has to try by itself. */
    private static final int ATTEMPTS = 30;

    private final Storage storage;
    private final Preparation preparation;

    public Objects(Storage storage, Clock clock) {
        this.storage = storage;
        this.preparation = new Preparation(clock, new SecureRandom());
    }

    /** Makes of the current state of an object the one that it should have; neither is changed. */
    @FunctionalInterface
    public interface Edit {
        /** What to write, as a client would have sent it. */
        ObjectNode of(ObjectNode current);
    }

    public Stored get(ResourceType type, String namespace, String name) {
        return find(type, namespace, name).orElseThrow(() -> Failures.notFound(type.subject(), name));
    }

    public Optional<Stored> find(ResourceType type, String namespace, String name) {
        return storage.get(type.key(namespace, name));
    }

    public Listing list(ResourceType type, String namespace) {
        return storage.list(type.resource(), namespace);
    }

    /** The version of the last write of anything. */
    public long version() {
        return storage.version();
    }

    /** Creates an object, under its name or one made of {@code generateName}. */
    public Written create(ResourceType type, String namespace, ObjectNode sent, WriteOptions options) {
        return create(type, namespace, sent, options, Managers.BY_COMPARISON);
    }

    private Written create(
            ResourceType type, String namespace, ObjectNode sent, WriteOptions options, Managers managers) {
        boolean named = !sent.at("/metadata/name").asText("").isEmpty();
        for (int attempt = 1; ; attempt++) {
            ObjectNode object = preparation.create(type, namespace, sent, options, managers);
            String name = Metadata.of(object).name();
            requireNamespace(type, namespace, name);
            Key key = type.key(namespace, name);
            if (options.dryRun()) {
                if (storage.get(key).isPresent()) {
                    throw Failures.alreadyExists(type.subject(), name);
                }
                return new Written(object, true);
            }
            try {
                return new Written(storage.create(key, object).object(), true);
            } catch (StaleException e) {
                if (named || attempt == ATTEMPTS) {
                    throw Failures.alreadyExists(type.subject(), name);
                }
            } catch (StorageException e) {
                throw Failures.internal(e.getMessage());
            }
        }
    }

    private void requireNamespace(ResourceType type, String namespace, String name) {
        if (!type.namespaced()) {
            return;
        }
        ObjectNode home = get(CoreTypes.NAMESPACES, "", namespace).object();
        if (Metadata.of(home).beingDeleted()) {
            throw Failures.namespaceTerminating(type.subject(), name, namespace);
        }
    }

    /** Puts what was sent in the place of what is there. */
    public Written update(
            ResourceType type, String namespace, String name, Part part, ObjectNode sent, WriteOptions options) {
        String expected = sent.at("/metadata/resourceVersion").asText("");
        if (expected.isEmpty() && type.defined()) {
            get(type, namespace, name);
            throw Failures.invalid(
                    type.subject(),
                    name,
                    List.of(new StatusException.Cause(
                            "FieldValueInvalid",
                            "Invalid value: 0x0: must be specified for an update",
                            "metadata.resourceVersion")));
        }
        return edit(type, namespace, name, part, current -> sent, options);
    }

    /** Changes an object; the edit may be asked several times. It keeps the version that it was given, or names the one it insists on. */
    public Written edit(ResourceType type, String namespace, String name, Part part, Edit edit, WriteOptions options) {
        return edit(new Place(type, namespace, name, part), edit, options, Managers.BY_COMPARISON);
    }

    /** What a write is about. */
    private record Place(ResourceType type, String namespace, String name, Part part) {}

    private Written edit(Place place, Edit edit, WriteOptions options, Managers managers) {
        ResourceType type = place.type();
        Part part = place.part();
        String name = place.name();
        if (part == Part.STATUS && !type.status()) {
            throw Failures.noSuchPath();
        }
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            Stored current = get(type, place.namespace(), name);
            ObjectNode old = current.object();
            ObjectNode wanted = edit.of(current.object());
            String expected = wanted.at("/metadata/resourceVersion").asText("");
            if (!expected.isEmpty() && !expected.equals(Long.toString(current.version()))) {
                throw Failures.modified(type.subject(), name);
            }
            ObjectNode next = preparation.update(type, part, old, wanted, options, managers);
            if (options.dryRun()) {
                return new Written(next, false);
            }
            try {
                return new Written(keep(current, next), false);
            } catch (StaleException e) {
                // Somebody was faster: once more with what is there now. An edit that insists on a version ends above.
            }
        }
        throw Failures.modified(type.subject(), name);
    }

    /** Merges what somebody wants of an object into what is there (server-side apply), or creates it. */
    public Written apply(
            ResourceType type, String namespace, String name, Part part, ObjectNode sent, Applying applying) {
        WriteOptions options = applying.options();
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            boolean exists = find(type, namespace, name).isPresent();
            if (exists || part == Part.STATUS) {
                Place place = new Place(type, namespace, name, part);
                return edit(
                        place,
                        current -> preparation.applied(type, part, current, sent, applying),
                        options,
                        Managers.AS_SENT);
            }
            ObjectNode wanted = preparation.applied(type, part, null, sent, applying);
            Metadata.of(wanted).node().put("name", name);
            try {
                return create(type, namespace, wanted, options, Managers.AS_SENT);
            } catch (StatusException e) {
                if (!e.reason().equals("AlreadyExists") || attempt == ATTEMPTS) {
                    throw e;
                }
                // Somebody else created it meanwhile: merged into that.
            }
        }
        throw Failures.modified(type.subject(), name);
    }

    /**
     * How an apply is to be done.
     *
     * @param force whether fields may be taken from others
     */
    public record Applying(boolean force, WriteOptions options) {}

    /** An object that is being deleted goes with the last that held it. */
    private ObjectNode keep(Stored current, ObjectNode next) throws StaleException {
        try {
            if (Metadata.of(next).beingDeleted() && !isHeld(current.key(), next)) {
                storage.delete(current.key(), current.version());
                return next;
            }
            return storage.replace(current.key(), current.version(), next).object();
        } catch (StorageException e) {
            throw Failures.internal(e.getMessage());
        }
    }

    private static boolean isHeld(Key key, ObjectNode object) {
        boolean namespace = key.resource().equals(CoreTypes.NAMESPACES.resource());
        return !Metadata.of(object).finalizers().isEmpty()
                || (namespace && !object.at("/spec/finalizers").isEmpty());
    }

    /** What the server itself changes, without the checks that clients' changes need; nothing where the object is gone. */
    void rewrite(Key key, Consumer<ObjectNode> change) {
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            Optional<Stored> current = storage.get(key);
            if (current.isEmpty()) {
                return;
            }
            ObjectNode next = current.get().object();
            change.accept(next);
            try {
                keep(current.get(), next);
                return;
            } catch (StaleException e) {
                // Somebody was faster: once more with what is there now.
            }
        }
        throw Failures.internal("cannot write " + key + ": somebody else is always faster");
    }

    /**
     * Deletes an object, or marks it where something has to happen before.
     *
     * @return the object where it is still there; empty where it is gone, or, in a dry run, would be
     */
    public Optional<ObjectNode> delete(ResourceType type, String namespace, String name, DeleteOptions options) {
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            Stored current = get(type, namespace, name);
            requireDeletable(type, current, options);
            ObjectNode marked = marked(type, current, options);
            boolean held = isHeld(current.key(), marked);
            if (options.dryRun()) {
                return held ? Optional.of(marked) : Optional.empty();
            }
            try {
                if (held) {
                    return Optional.of(storage.replace(current.key(), current.version(), marked)
                            .object());
                }
                storage.delete(current.key(), current.version());
                return Optional.empty();
            } catch (StaleException e) {
                // Somebody changed it meanwhile: once more, with the preconditions.
            } catch (StorageException e) {
                throw Failures.internal(e.getMessage());
            }
        }
        throw Failures.modified(type.subject(), name);
    }

    private static void requireDeletable(ResourceType type, Stored current, DeleteOptions options) {
        Metadata metadata = Metadata.of(current.object());
        if (!options.uid().isEmpty() && !options.uid().equals(metadata.uid())) {
            throw Failures.conflict(
                    type.subject(),
                    metadata.name(),
                    "Precondition failed: UID in precondition: " + options.uid() + ", UID in object meta: "
                            + metadata.uid());
        }
        if (!options.version().isEmpty() && !options.version().equals(metadata.version())) {
            throw Failures.conflict(
                    type.subject(),
                    metadata.name(),
                    "Precondition failed: ResourceVersion in precondition: " + options.version()
                            + ", ResourceVersion in object meta: " + metadata.version());
        }
        if (type.equals(CoreTypes.NAMESPACES) && metadata.name().equals(Namespaces.DEFAULT)) {
            throw Failures.forbidden(type.subject(), metadata.name(), "this namespace may not be deleted");
        }
        if (type.equals(CoreTypes.DEFINITIONS)) {
            throw Failures.forbidden(
                    type.subject(),
                    metadata.name(),
                    "the definitions that this server was started with cannot be deleted");
        }
    }

    private ObjectNode marked(ResourceType type, Stored current, DeleteOptions options) {
        ObjectNode object = current.object();
        Metadata metadata = Metadata.of(object);
        boolean first = !metadata.beingDeleted();
        switch (options.propagation()) {
            case FOREGROUND -> metadata.addFinalizer(Collector.FOREGROUND);
            case ORPHAN -> metadata.addFinalizer(Collector.ORPHAN);
            case BACKGROUND -> {}
        }
        if (first) {
            metadata.node().put("deletionTimestamp", preparation.now());
            metadata.node().put("deletionGracePeriodSeconds", 0);
            if (metadata.generation() > 0) {
                metadata.node().put("generation", metadata.generation() + 1);
            }
            if (type.equals(CoreTypes.NAMESPACES)) {
                ((ObjectNode) object.get("status")).put("phase", "Terminating");
            }
        }
        return object;
    }
}
