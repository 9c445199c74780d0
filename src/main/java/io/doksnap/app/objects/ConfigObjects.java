package io.doksnap.app.objects;

import io.doksnap.app.objects.Keeper.Author;
import io.doksnap.app.objects.ObjectsApi.ApiException;
import io.doksnap.app.objects.ObjectsApi.Notice;
import io.doksnap.declare.Declarations.Declared;
import io.doksnap.operator.resource.DoksnapNames;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the objects of a configuration as it says. What the file says somebody else cannot change: it is put back, with an Event that says so. An
 * object of the same name that somebody else made is left alone, and the file's is reported; one that labels made becomes the file's. What vanished from
 * the file is deleted, and only ever after the file was read well. Used by one thread.
 */
public final class ConfigObjects {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigObjects.class);

    private final ObjectsApi api;
    private final Owner owner;
    private final String file;
    private final Keeper keeper;
    private List<HasMetadata> declared = List.of();
    private boolean fresh;
    private boolean vanishedAreLookedFor;

    /**
     * Creates the keeper of what nothing says yet.
     *
     * @param owner whose the objects are
     * @param file what the configuration is called, for messages
     */
    public ConfigObjects(ObjectsApi api, Owner owner, String file) {
        this.api = api;
        this.owner = owner;
        this.file = file;
        this.keeper = new Keeper(api, Origin.CONFIG, owner);
    }

    /** From now on this is what the configuration says. */
    public void declare(Declared configuration) {
        declared = ConfiguredObjects.of(configuration, owner);
        fresh = true;
        vanishedAreLookedFor = true;
        keeper.forget();
    }

    /**
     * Makes the API's objects what the configuration says. To be repeated every now and then, and after each failure.
     *
     * @param mayRemove whether what vanished is deleted already, or waits: another origin has not said yet what it wants
     * @throws ApiException when the API does not answer; the rest is done the next time
     */
    public void reconcile(boolean mayRemove) throws ApiException {
        for (HasMetadata object : declared) {
            keep(object);
        }
        fresh = false;
        if (vanishedAreLookedFor) {
            removeVanished(mayRemove);
            vanishedAreLookedFor = !mayRemove;
        }
    }

    /** Reports that the file as it is now makes no sense, on each of the objects that stay as they were. */
    public void reportInvalid(String problems) {
        for (HasMetadata object : declared) {
            try {
                api.tell(
                        object,
                        Notice.warning(
                                Origin.CONFIG,
                                "ConfigInvalid",
                                file + " is not used as it is now, and what it said before stays: " + problems));
            } catch (ApiException e) {
                LOG.debug("no event: {}", e.getMessage());
            }
        }
    }

    private void keep(HasMetadata object) throws ApiException {
        Optional<HasMetadata> live = api.find(object);
        boolean givesWay = live.filter(keeper::givesWay).isPresent();
        if (live.isPresent() && !keeper.isOurs(live.get()) && !givesWay) {
            keeper.clash(
                    live.get(),
                    Keeper.name(object) + " was made by somebody else and stands; the one of that name in " + file
                            + " is not used: rename it there, or delete this one");
            return;
        }
        keeper.keep(object, live, fresh || givesWay, new Author(file, "remove it from the file"));
        if (givesWay) {
            api.annotate(object, Origin.LABEL, DoksnapNames.GONE_SINCE, Optional.empty());
            api.disown(object, Origin.LABEL);
            LOG.info("{} is in {} now, which counts before labels", Keeper.name(object), file);
        }
    }

    /** By the same under the name that this host gives it now: what is carried out under two names is carried out twice. */
    private boolean isReplaced(HasMetadata object, Set<String> names) {
        return names.contains(
                object.getKind() + " " + owner.nameNow(object.getMetadata().getName()));
    }

    private void removeVanished(boolean mayRemove) throws ApiException {
        Set<String> names = new HashSet<>();
        declared.forEach(object -> names.add(Keeper.name(object)));
        for (HasMetadata object : api.labelled(Origin.CONFIG)) {
            String name = Keeper.name(object);
            if (!keeper.isMadeByUs(object) || names.contains(name) || keeper.isOfNewHolderOfFormerName(object)) {
                continue;
            }
            if (isReplaced(object, names)) {
                LOG.info("{} has another name now, as this host is {}; its snapshots stay", name, owner.host());
                api.delete(object);
            } else if (mayRemove) {
                LOG.info("{} is no longer in {}, so it is deleted; its snapshots stay", name, file);
                api.delete(object);
            } else if (keeper.isNews("waits " + name)) {
                LOG.info(
                        "{} is no longer in {}; it is deleted once Docker has told what labels say (where there is no"
                                + " Docker: set docker.labels to off)",
                        name,
                        file);
            }
        }
    }
}
