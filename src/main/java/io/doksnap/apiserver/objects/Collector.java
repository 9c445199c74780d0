package io.doksnap.apiserver.objects;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.apiserver.failure.StatusException;
import io.doksnap.apiserver.json.Json;
import io.doksnap.apiserver.objects.DeleteOptions.Propagation;
import io.doksnap.apiserver.objects.Ownership.Owner;
import io.doksnap.apiserver.resource.CoreTypes;
import io.doksnap.apiserver.resource.ResourceType;
import io.doksnap.apiserver.resource.ResourceTypes;
import io.doksnap.apiserver.storage.Change;
import io.doksnap.apiserver.storage.Key;
import io.doksnap.apiserver.storage.Storage;
import io.doksnap.apiserver.storage.Stored;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what lost all its owners, lets owners go that wait for theirs, empties namespaces that are being deleted, and forgets
 * events after a week.
 *
 * <p>All on one thread, after the changes that cause it. What fails is tried again; what a crash cut off is found again at the
 * next start, because nothing but the objects themselves says what is to be done.
 */
public final class Collector {
    /** Holds an object until what it owns is gone. */
    static final String FOREGROUND = "foregroundDeletion";

    /** Holds an object until what it owns has forgotten it. */
    static final String ORPHAN = "orphan";

    private static final Logger LOG = LoggerFactory.getLogger(Collector.class);
    private static final long PAUSE_SECONDS = 5;
    private static final long HOURS_BETWEEN_LOOKS_AT_EVENTS = 1;
    private static final Duration EVENTS_KEPT = Duration.ofDays(7);

    /** When something happened last, in the field that comes first. */
    private static final List<String> TIMES_OF_EVENTS =
            List.of("/series/lastObservedTime", "/lastTimestamp", "/eventTime", "/metadata/creationTimestamp");

    private final Storage storage;
    private final ResourceTypes types;
    private final Objects objects;
    private final ScheduledExecutorService thread;
    private final Clock clock;
    private final Ownership ownership = new Ownership();

    /** @param thread one thread, which whoever made it ends */
    public Collector(
            Storage storage, ResourceTypes types, Objects objects, ScheduledExecutorService thread, Clock clock) {
        this.clock = clock;
        this.storage = storage;
        this.types = types;
        this.objects = objects;
        this.thread = thread;
    }

    /** Looks at everything there is, then follows the changes. Before anybody else writes. */
    public void start() {
        for (ResourceType type : types.all()) {
            storage.list(type.resource(), "").objects().forEach(ownership::add);
        }
        var unused =
                thread.scheduleWithFixedDelay(this::forgetOldEvents, 0, HOURS_BETWEEN_LOOKS_AT_EVENTS, TimeUnit.HOURS);
        thread.execute(() -> ownership.all().forEach(key -> attempt(key, () -> look(key))));
        storage.listen(change -> {
            // What happens after the end is found at the next start.
            if (!thread.isShutdown()) {
                thread.execute(() -> follow(change));
            }
        });
    }

    private void forgetOldEvents() {
        Instant oldest = clock.instant().minus(EVENTS_KEPT);
        for (Stored event : objects.list(CoreTypes.EVENTS, "").objects()) {
            if (lastTime(event.object()).isBefore(oldest)) {
                attempt(event.key(), () -> deleteOne(CoreTypes.EVENTS, event));
            }
        }
    }

    /** Of one that does not say, now: it is left alone. */
    private Instant lastTime(ObjectNode event) {
        for (String field : TIMES_OF_EVENTS) {
            String text = event.at(field).asText("");
            try {
                if (!text.isEmpty()) {
                    return OffsetDateTime.parse(text).toInstant();
                }
            } catch (DateTimeException expected) {
                // The next one may be better.
            }
        }
        return clock.instant();
    }

    private void follow(Change change) {
        Key key = change.now().key();
        ownership.follow(change);
        if (change.kind() != Change.Kind.DELETED) {
            attempt(key, () -> look(key));
            return;
        }
        ObjectNode last = change.now().object();
        for (Key dependent : ownership.dependentsOf(Metadata.of(last).uid())) {
            attempt(dependent, () -> look(dependent));
        }
        for (Owner owner : Ownership.owners(last)) {
            ownership.find(owner.uid()).ifPresent(waiting -> attempt(waiting, () -> look(waiting)));
        }
        if (!key.namespace().isEmpty()) {
            Key home = CoreTypes.NAMESPACES.key("", key.namespace());
            attempt(home, () -> look(home));
        }
    }

    /** What fails is tried again later; what was there first may be gone by then. */
    private void attempt(Key key, Runnable work) {
        try {
            work.run();
        } catch (StatusException e) {
            if (e.code() >= 500 && !thread.isShutdown()) {
                LOG.warn("cannot clean up {}: {}; trying again in {} s", key, e.getMessage(), PAUSE_SECONDS);
                var unused = thread.schedule(() -> attempt(key, work), PAUSE_SECONDS, TimeUnit.SECONDS);
            }
        } catch (RuntimeException e) {
            LOG.error("cannot clean up {}", key, e);
        }
    }

    /** Does whatever there is to do about one object as it is now. */
    private void look(Key key) {
        Optional<ResourceType> type = types.kept(key.resource());
        Optional<Stored> stored = storage.get(key);
        if (type.isEmpty() || stored.isEmpty()) {
            return;
        }
        ObjectNode object = stored.get().object();
        Metadata metadata = Metadata.of(object);
        if (metadata.beingDeleted()) {
            if (metadata.finalizers().contains(ORPHAN)) {
                orphanDependents(key, metadata.uid());
            }
            if (metadata.finalizers().contains(FOREGROUND)) {
                deleteDependentsFirst(key, metadata.uid());
            }
            if (type.get().equals(CoreTypes.NAMESPACES)) {
                empty(key);
            }
        } else {
            collectWithoutOwner(type.get(), key, object);
        }
    }

    private void orphanDependents(Key owner, String uid) {
        for (Key dependent : ownership.dependentsOf(uid)) {
            objects.rewrite(dependent, object -> dropOwner(object, uid));
        }
        objects.rewrite(owner, object -> Metadata.of(object).removeFinalizer(ORPHAN));
    }

    private void deleteDependentsFirst(Key owner, String uid) {
        for (Key dependent : ownership.dependentsOf(uid)) {
            storage.get(dependent)
                    .filter(stored -> !Metadata.of(stored.object()).beingDeleted())
                    .ifPresent(stored -> types.kept(dependent.resource())
                            .ifPresent(type -> collectWithoutOwner(type, dependent, stored.object())));
        }
        if (!ownership.isBlocked(uid)) {
            objects.rewrite(owner, object -> Metadata.of(object).removeFinalizer(FOREGROUND));
        }
    }

    /** An object whose owners are all gone goes too; where some are left it only forgets the others. */
    private void collectWithoutOwner(ResourceType type, Key key, ObjectNode object) {
        var owners = Ownership.owners(object);
        if (owners.isEmpty()) {
            return;
        }
        var gone = owners.stream().filter(owner -> isGone(key, owner)).toList();
        if (gone.size() == owners.size()) {
            Propagation propagation =
                    ownership.isBlocked(Metadata.of(object).uid()) ? Propagation.FOREGROUND : Propagation.BACKGROUND;
            objects.delete(
                    type,
                    key.namespace(),
                    key.name(),
                    new DeleteOptions(propagation, Metadata.of(object).uid(), "", false));
        } else {
            gone.stream()
                    .filter(owner -> ownership.find(owner.uid()).isEmpty())
                    .forEach(owner -> objects.rewrite(key, dependent -> dropOwner(dependent, owner.uid())));
        }
    }

    /** Also where the owner only waits for this object. Kinds that are not served here may have owners elsewhere. */
    private boolean isGone(Key dependent, Owner owner) {
        if (types.ofKind(owner.apiVersion(), owner.kind()).isEmpty()) {
            return false;
        }
        Optional<Key> key = ownership.find(owner.uid());
        if (key.isEmpty()
                || (!key.get().namespace().isEmpty() && !key.get().namespace().equals(dependent.namespace()))) {
            return true;
        }
        return storage.get(key.get())
                .map(stored -> Metadata.of(stored.object()))
                .map(metadata ->
                        metadata.beingDeleted() && metadata.finalizers().contains(FOREGROUND))
                .orElse(true);
    }

    private static void dropOwner(ObjectNode object, String uid) {
        var left = Json.array();
        for (JsonNode owner : object.at("/metadata/ownerReferences")) {
            if (!owner.path("uid").asText().equals(uid)) {
                left.add(owner);
            }
        }
        Metadata.of(object).setOrRemove("ownerReferences", left.isEmpty() ? null : left);
    }

    private void empty(Key namespace) {
        boolean left = false;
        for (ResourceType type : types.all()) {
            if (type.namespaced() && !type.equals(CoreTypes.NEW_EVENTS)) {
                for (Stored stored :
                        storage.list(type.resource(), namespace.name()).objects()) {
                    left = true;
                    deleteOne(type, stored);
                }
            }
        }
        if (!left || isEmpty(namespace.name())) {
            objects.rewrite(namespace, object -> Json.child(object, "spec").remove("finalizers"));
        }
    }

    private void deleteOne(ResourceType type, Stored stored) {
        if (!Metadata.of(stored.object()).beingDeleted()) {
            try {
                objects.delete(type, stored.key().namespace(), stored.key().name(), DeleteOptions.PLAIN);
            } catch (StatusException e) {
                if (e.code() >= 500) {
                    throw e;
                }
                // Gone already.
            }
        }
    }

    private boolean isEmpty(String namespace) {
        return types.all().stream()
                .filter(ResourceType::namespaced)
                .allMatch(type ->
                        storage.list(type.resource(), namespace).objects().isEmpty());
    }
}
