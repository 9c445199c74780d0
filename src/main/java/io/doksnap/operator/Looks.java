package io.doksnap.operator;

import io.doksnap.api.Reason;
import io.doksnap.operator.PolicyFacts.SnapshotsSeen;
import io.doksnap.operator.PolicyFacts.Trouble;
import io.doksnap.operator.resource.DestinationResource;
import io.doksnap.operator.resource.DoksnapNames;
import io.doksnap.operator.resource.PolicyResource;
import io.doksnap.policy.Policy;
import io.doksnap.store.ObjectStore;
import io.doksnap.store.StoreException;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at destinations: at each that a policy of this host names or that is an object, now and then, and after something happened there.
 * What is asked for while it waits to be looked at is looked at once.
 */
final class Looks implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Looks.class);

    /** What happens in a row is seen by one look. */
    private static final long PAUSE_MILLIS = 500;

    /** So that one that does not answer keeps no other waiting. */
    private static final int THREADS = 2;

    private final Control control;
    private final SnapshotCatalogue catalogue;
    private final Map<Place, Look> looks = new ConcurrentHashMap<>();
    private final Set<Place> asked = new LinkedHashSet<>();
    private final Set<Place> looking = new LinkedHashSet<>();
    private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(THREADS, work -> {
        Thread thread = new Thread(work, "doksnap-look");
        thread.setDaemon(true);
        return thread;
    });

    Looks(Control control) {
        this.control = control;
        this.catalogue = new SnapshotCatalogue(control);
    }

    /** A destination by its name in a namespace. */
    record Place(String namespace, String destination) {

        /** Where an object stands for a destination of the configuration, that one's own name, as policies have it. */
        static Place of(DestinationResource object) {
            Map<String, String> annotations =
                    Objects.requireNonNullElse(object.getMetadata().getAnnotations(), Map.of());
            String declared =
                    DestinationStores.isOfTheConfiguration(object) ? annotations.get(DoksnapNames.NAME) : null;
            return new Place(
                    object.getMetadata().getNamespace(),
                    declared == null ? object.getMetadata().getName() : declared);
        }
    }

    /** Begins to look at everything now and then. */
    void start() {
        long millis = control.settings().lookEvery().toMillis();
        Future<?> unused = threads.scheduleWithFixedDelay(this::askAll, millis, millis, TimeUnit.MILLISECONDS);
    }

    private void askAll() {
        try {
            Set<Place> used = used();
            looks.keySet().retainAll(used);
            used.forEach(place -> request(place.namespace(), place.destination()));
        } catch (RuntimeException e) {
            LOG.error("could not tell which destinations there are", e);
        }
    }

    private Set<Place> used() {
        Set<Place> used = new LinkedHashSet<>();
        for (PolicyResource policy : control.caches().policies()) {
            String namespace = policy.getMetadata().getNamespace();
            var spec = policy.toBackupPolicy().spec();
            if (control.ownership().isOurs(spec.host())) {
                Stream<String> names = spec.destinations().isEmpty()
                        ? Stream.of("default")
                        : spec.destinations().stream().flatMap(ref -> Stream.ofNullable(ref.name()));
                names.forEach(name -> used.add(new Place(namespace, name)));
            }
        }
        for (DestinationResource destination : control.caches().destinations()) {
            if (control.ownership()
                    .looksAfter(destination.toBackupDestination().spec().host())) {
                used.add(Place.of(destination));
            }
        }
        return used;
    }

    /** Makes sure that the destinations of a policy were looked at. */
    void watch(Policy policy) {
        policy.destinations().stream()
                .filter(name -> !looks.containsKey(new Place(policy.namespace(), name)))
                .forEach(name -> request(policy.namespace(), name));
    }

    /** Asks for a look at all destinations of a policy. */
    void request(Policy policy) {
        policy.destinations().forEach(name -> request(policy.namespace(), name));
    }

    /** Asks for a look. */
    void request(String namespace, String destination) {
        Place place = new Place(namespace, destination);
        boolean first;
        synchronized (asked) {
            first = asked.add(place);
        }
        if (first) {
            schedule(place);
        }
    }

    private void schedule(Place place) {
        try {
            Future<?> unused = threads.schedule(() -> look(place), PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("no look at {} any more", place);
        }
    }

    private void look(Place place) {
        synchronized (asked) {
            if (looking.contains(place)) {
                schedule(place);
                return;
            }
            asked.remove(place);
            looking.add(place);
        }
        try {
            Look look = lookNow(place);
            looks.put(place, look);
        } catch (RuntimeException e) {
            if (threads.isShutdown()) {
                LOG.debug("a look at {} was cut off by the end", place, e);
                return;
            }
            LOG.error("unexpected failure in a look at {}", place, e);
        } finally {
            synchronized (asked) {
                looking.remove(place);
            }
        }
        tell(place);
    }

    private Look lookNow(Place place) {
        Optional<Look> before = Optional.ofNullable(looks.get(place));
        try (ObjectStore store = control.site().open(place.namespace(), place.destination())) {
            Instant begun = control.clock().instant();
            try {
                return catalogue.look(place, store, begun);
            } catch (StoreException e) {
                Trouble trouble = new Trouble(reason(e), String.valueOf(e.getMessage()));
                return Look.failed(control.clock().instant(), store.location(), trouble, before);
            }
        }
    }

    private static Reason reason(StoreException failure) {
        return switch (failure.kind()) {
            case BUCKET_NOT_FOUND -> Reason.BUCKET_NOT_FOUND;
            case ACCESS_DENIED -> Reason.ACCESS_DENIED;
            case REFUSED -> Reason.INVALID_SPEC;
            case NOT_FOUND, UNREACHABLE, DISK_FULL, LOCKED, MISMATCH -> Reason.DESTINATION_UNREACHABLE;
        };
    }

    private void tell(Place place) {
        control.caches().destinations().stream()
                .filter(object -> Place.of(object).equals(place))
                .forEach(object -> control.destinationNudges()
                        .at(place.namespace(), object.getMetadata().getName()));
        for (PolicyResource policy : control.caches().policies()) {
            if (policy.getMetadata().getNamespace().equals(place.namespace()) && names(policy, place.destination())) {
                control.policyNudges()
                        .at(place.namespace(), policy.getMetadata().getName());
            }
        }
    }

    private static boolean names(PolicyResource policy, String destination) {
        List<String> names = policy.toBackupPolicy().spec().destinations().stream()
                .map(ref -> String.valueOf(ref.name()))
                .toList();
        return names.isEmpty() ? destination.equals("default") : names.contains(destination);
    }

    /** What was seen there last; empty: nobody has looked yet. */
    Optional<Look> last(String namespace, String destination) {
        return Optional.ofNullable(looks.get(new Place(namespace, destination)));
    }

    /** Why a destination cannot be used, as far as is known. */
    Optional<Trouble> troubleOf(String namespace, String destination) {
        return last(namespace, destination)
                .flatMap(Look::trouble)
                .map(trouble -> new Trouble(trouble.reason(), destination + ": " + trouble.message()));
    }

    /** What a policy has in its destinations, as far as is known. */
    Optional<SnapshotsSeen> snapshotsOf(Policy policy) {
        Optional<Look> first = last(policy.namespace(), policy.destinations().get(0))
                .filter(look -> look.trouble().isEmpty());
        Optional<Instant> newest = policy.destinations().stream()
                .flatMap(name -> last(policy.namespace(), name).stream())
                .flatMap(look -> Optional.ofNullable(look.byPolicy().get(policy.name())).stream())
                .flatMap(ofIt -> ofIt.newest().stream())
                .max(Instant::compareTo);
        return first.map(look -> {
            Look.OfPolicy ofIt = look.byPolicy().get(policy.name());
            return new SnapshotsSeen(ofIt == null ? 0 : ofIt.count(), newest);
        });
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
