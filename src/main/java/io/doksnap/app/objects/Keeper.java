package io.doksnap.app.objects;

import io.doksnap.app.objects.ObjectsApi.ApiException;
import io.doksnap.app.objects.ObjectsApi.Notice;
import io.doksnap.operator.resource.DoksnapNames;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps single objects as one origin says, whoever says otherwise, and tells whose an object is. Used by one thread. */
final class Keeper {
    private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);

    private final ObjectsApi api;
    private final Origin origin;
    private final Owner owner;
    private final Set<String> said = new HashSet<>();

    /** Creates one; {@code owner} is whose the objects are. */
    Keeper(ObjectsApi api, Origin origin, Owner owner) {
        this.api = api;
        this.origin = origin;
        this.owner = owner;
    }

    /**
     * Who says what an object is to be.
     *
     * @param words such as {@code config.yaml} or {@code the labels of shop-web}
     * @param remedy what to do so that it is no longer said
     */
    record Author(String words, String remedy) {}

    /** What was said once may be said again. */
    void forget() {
        said.clear();
    }

    /** Whether this is the first time since the last {@link #forget}. */
    boolean isNews(String what) {
        return said.add(what);
    }

    /**
     * Makes the API's object this one.
     *
     * @param live what the API has
     * @param fresh whether it is said for the first time, or differently: then nobody else has changed anything
     */
    void keep(HasMetadata object, Optional<HasMetadata> live, boolean fresh, Author author) throws ApiException {
        List<String> drift =
                live.map(found -> Drift.of(api.json(object), api.json(found))).orElse(List.of());
        boolean gone = live.isEmpty() && !fresh;
        if (!fresh && !gone && drift.isEmpty()) {
            return;
        }
        apply(object, author);
        if (gone || (!fresh && !drift.isEmpty())) {
            String message = gone
                    ? "was deleted, and is there again, as declared by " + author.words() + ": " + author.remedy()
                    : String.join(", ", drift) + live.map(this::by).orElse("") + "; put back, as declared by "
                            + author.words() + ": change it there";
            LOG.warn("{}: {}", name(object), message);
            api.tell(object, Notice.warning(origin, "Reverted", message));
        }
    }

    private void apply(HasMetadata object, Author author) throws ApiException {
        try {
            api.apply(object, origin);
        } catch (ApiException e) {
            if (!e.isRefused()) {
                throw e;
            }
            if (isNews("refused " + name(object))) {
                LOG.error("{} of {} is refused by the API: {}", name(object), author.words(), e.getMessage());
            }
        }
    }

    /** Tells once that the object of that name stands, and another is not used. */
    void clash(HasMetadata standing, String loser) throws ApiException {
        if (isNews("clash " + name(standing))) {
            LOG.warn("{}", loser);
            api.tell(standing, Notice.warning(origin, "NameClash", loser));
        }
    }

    /** Of this origin, and of this host's where several share the API. */
    boolean isOurs(HasMetadata object) {
        return isOf(origin, object) && isOfThisHost(object);
    }

    /** Of this origin, as somebody else could not have made it by writing a label. */
    boolean isMadeByUs(HasMetadata object) {
        return isManaged(origin, object) && isOurs(object);
    }

    /** Whether it belongs to an origin that gives way to this one. */
    boolean givesWay(HasMetadata object) {
        return origin == Origin.CONFIG
                && isOf(Origin.LABEL, object)
                && isManaged(Origin.LABEL, object)
                && isOfThisHost(object);
    }

    /** The label says whose it is; where somebody took that away, the manager still does. */
    private static boolean isOf(Origin origin, HasMetadata object) {
        Map<String, String> labels =
                Objects.requireNonNullElse(object.getMetadata().getLabels(), Map.of());
        String label = labels.getOrDefault(DoksnapNames.ORIGIN, "");
        for (Origin one : Origin.values()) {
            if (one.toString().equals(label)) {
                return one == origin;
            }
        }
        return isManaged(origin, object);
    }

    private static boolean isManaged(Origin origin, HasMetadata object) {
        return object.getMetadata().getManagedFields().stream()
                .anyMatch(entry -> origin.fieldManager().equals(entry.getManager()));
    }

    /** Where a person made it another host's, or nobody's, its name still tells whose it is. */
    private boolean isOfThisHost(HasMetadata object) {
        boolean named = owner.hasNameOfThisHost(object.getMetadata().getName());
        String host = host(object);
        return (named && isManaged(origin, object)) || (owner.owns(host) && (named || !host.isEmpty()));
    }

    /** Whether it bears a name that this host had, and another host has by now. */
    boolean isOfNewHolderOfFormerName(HasMetadata object) throws ApiException {
        String host = host(object);
        if (owner.hasNameOfThisHost(object.getMetadata().getName()) || host.isEmpty() || host.equals(owner.host())) {
            return false;
        }
        try {
            return !owner.isFree().test(host);
        } catch (KubernetesClientException e) {
            throw new ApiException(false, ClientObjects.message(e), e);
        }
    }

    private String host(HasMetadata object) {
        return api.json(object).at("/spec/host").asText("");
    }

    private String by(HasMetadata live) {
        return live.getMetadata().getManagedFields().stream()
                .filter(entry ->
                        entry.getSubresource() == null || entry.getSubresource().isEmpty())
                .filter(entry -> !origin.fieldManager().equals(entry.getManager()) && entry.getTime() != null)
                .max(Comparator.comparing(ManagedFieldsEntry::getTime))
                .map(entry -> " (by " + entry.getManager() + ")")
                .orElse("");
    }

    static String name(HasMetadata object) {
        return object.getKind() + " " + object.getMetadata().getName();
    }
}
