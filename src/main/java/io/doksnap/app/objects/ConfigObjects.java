package io.doksnap.app.objects;

import io.doksnap.app.objects.ObjectsApi.ApiException;
import io.doksnap.declare.Declarations.Declared;
import io.doksnap.operator.resource.DoksnapNames;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the objects of a configuration as it says. What the file says somebody else cannot change: it is put back, with an Event that says so. An
 * object of the same name that somebody else made is left alone, and the file's is reported. What vanished from the file is deleted, and only
 * ever after the file was read well. Used by one thread.
 */
public final class ConfigObjects {
    /** The field manager of everything that a configuration says. */
    public static final String FIELD_MANAGER = "doksnap-config";

    private static final Logger LOG = LoggerFactory.getLogger(ConfigObjects.class);

    private final ObjectsApi api;
    private final Optional<String> host;
    private final String file;
    private final Set<String> said = new HashSet<>();
    private List<HasMetadata> declared = List.of();
    private boolean fresh;

    /**
     * Creates the keeper of what nothing says yet.
     *
     * @param host whose the objects are, where one API serves several; empty: there is only one
     * @param file what the configuration is called, for messages
     */
    public ConfigObjects(ObjectsApi api, Optional<String> host, String file) {
        this.api = api;
        this.host = host;
        this.file = file;
    }

    /** From now on this is what the configuration says. */
    public void declare(Declared configuration) {
        declared = ConfiguredObjects.of(configuration, host);
        fresh = true;
        said.clear();
    }

    /**
     * Makes the API's objects what the configuration says. To be repeated every now and then, and after each failure.
     *
     * @throws ApiException when the API does not answer; the rest is done the next time
     */
    public void reconcile() throws ApiException {
        for (HasMetadata object : declared) {
            keep(object);
        }
        removeVanished();
        fresh = false;
    }

    /** Reports that the file as it is now makes no sense, on each of the objects that stay as they were. */
    public void reportInvalid(String problems) {
        for (HasMetadata object : declared) {
            try {
                api.warn(
                        object,
                        "ConfigInvalid",
                        file + " is not used as it is now, and what it said before stays: " + problems);
            } catch (ApiException e) {
                LOG.debug("no event: {}", e.getMessage());
            }
        }
    }

    private void keep(HasMetadata object) throws ApiException {
        Optional<HasMetadata> live = api.find(object);
        if (live.isPresent() && !isOurs(live.get())) {
            if (said.add("clash " + name(object))) {
                String message = name(object) + " was made by somebody else and stands; the one of that name in " + file
                        + " is not used: rename it there, or delete this one";
                LOG.warn("{}", message);
                api.warn(live.get(), "NameClash", message);
            }
            return;
        }
        List<String> drift =
                live.map(found -> Drift.of(api.json(object), api.json(found))).orElse(List.of());
        boolean gone = live.isEmpty() && !fresh;
        if (!fresh && !gone && drift.isEmpty()) {
            return;
        }
        apply(object);
        if (gone || (!fresh && !drift.isEmpty())) {
            String message = gone
                    ? "was deleted, and " + file + " declares it: it is there again; remove it from the file"
                    : String.join(", ", drift) + live.map(ConfigObjects::by).orElse("") + "; put back, since " + file
                            + " says so: change it there";
            LOG.warn("{}: {}", name(object), message);
            api.warn(object, "Reverted", message);
        }
    }

    private void apply(HasMetadata object) throws ApiException {
        try {
            api.apply(object);
        } catch (ApiException e) {
            if (!e.isRefused()) {
                throw e;
            }
            if (said.add("refused " + name(object))) {
                LOG.error("{} of {} is refused by the API: {}", name(object), file, e.getMessage());
            }
        }
    }

    private void removeVanished() throws ApiException {
        if (!fresh) {
            return;
        }
        Set<String> names = new HashSet<>();
        declared.forEach(object -> names.add(name(object)));
        for (HasMetadata object : api.configured()) {
            if (isManaged(object) && isOurs(object) && !names.contains(name(object))) {
                LOG.info("{} is no longer in {}, so it is deleted; its snapshots stay", name(object), file);
                api.delete(object);
            }
        }
    }

    /** Of a configuration, and of this host's where several share the API. */
    private boolean isOurs(HasMetadata object) {
        Map<String, String> labels =
                Objects.requireNonNullElse(object.getMetadata().getLabels(), Map.of());
        boolean labelled = ConfiguredObjects.ORIGIN.equals(labels.get(DoksnapNames.ORIGIN));
        return (isManaged(object) || labelled) && host.equals(hostOf(object));
    }

    private static boolean isManaged(HasMetadata object) {
        return object.getMetadata().getManagedFields().stream()
                .anyMatch(entry -> FIELD_MANAGER.equals(entry.getManager()));
    }

    private Optional<String> hostOf(HasMetadata object) {
        String text = api.json(object).at("/spec/host").asText("");
        return host.isEmpty() || text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    private static String by(HasMetadata live) {
        return live.getMetadata().getManagedFields().stream()
                .filter(entry ->
                        entry.getSubresource() == null || entry.getSubresource().isEmpty())
                .filter(entry -> !FIELD_MANAGER.equals(entry.getManager()) && entry.getTime() != null)
                .max(Comparator.comparing(ManagedFieldsEntry::getTime))
                .map(entry -> " (by " + entry.getManager() + ")")
                .orElse("");
    }

    private static String name(HasMetadata object) {
        return object.getKind() + " " + object.getMetadata().getName();
    }
}
