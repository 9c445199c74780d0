package io.doksnap.operator;

import io.doksnap.api.BackupDestination.BackupDestinationSpec;
import io.doksnap.operator.resource.DestinationResource;
import io.doksnap.operator.resource.DoksnapNames;
import io.doksnap.run.KeyException;
import io.doksnap.store.ObjectStore;
import io.doksnap.store.ObjectStores;
import io.doksnap.store.StoreException.Kind;
import io.doksnap.store.StoreSettings;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * Opens destinations by name: what an object of that name in the policy's namespace says, else the operator's own configuration. An object
 * that stands for the configuration has no credentials, so these are taken from there.
 */
final class DestinationStores {
    private final BiFunction<String, String, Optional<DestinationResource>> objects;
    private final Places places;
    private final DestinationReader reader;

    /**
     * Creates it.
     *
     * @param objects finds the object of a namespace and name
     */
    DestinationStores(
            BiFunction<String, String, Optional<DestinationResource>> objects,
            Places places,
            DestinationReader reader) {
        this.objects = objects;
        this.places = places;
        this.reader = reader;
    }

    /**
     * Opens a destination; the caller closes it. One that cannot be opened is opened all the same, and says why to whatever it is asked.
     *
     * @param uploadBytes the most that one upload may hold
     */
    ObjectStore open(String namespace, String name, long uploadBytes) {
        Optional<DestinationResource> object = objects.apply(namespace, name);
        if (object.isPresent() && !isOfTheConfiguration(object.get())) {
            Optional<PolicyFacts.Trouble> shape = LabelTrouble.of(object.get().getMetadata());
            if (shape.isPresent()) {
                return new UnopenedStore(
                        name, Kind.REFUSED, name + ": " + shape.get().message());
            }
            BackupDestinationSpec spec = object.get().toBackupDestination().spec();
            return open(name, uploadBytes, () -> Optional.of(reader.settings(namespace, spec)));
        }
        return open(name, uploadBytes, () -> places.destination(name));
    }

    static boolean isOfTheConfiguration(DestinationResource object) {
        Map<String, String> labels = object.getMetadata().getLabels();
        return labels != null && "config".equals(labels.get(DoksnapNames.ORIGIN));
    }

    /** Says how a store is reached. */
    @FunctionalInterface
    private interface Declared {
        Optional<StoreSettings> settings() throws IOException, KeyException, DestinationReader.SpecException;
    }

    private static ObjectStore open(String name, long uploadBytes, Declared declared) {
        try {
            Optional<StoreSettings> settings = declared.settings();
            return settings.isPresent()
                    ? ObjectStores.open(settings.get(), uploadBytes)
                    : new UnopenedStore(
                            name,
                            Kind.BUCKET_NOT_FOUND,
                            "there is no destination " + name
                                    + ", neither a BackupDestination of that name in the policy's namespace nor one in"
                                    + " the configuration; kubectl get bd -A lists them");
        } catch (DestinationReader.SpecException e) {
            return new UnopenedStore(name, Kind.REFUSED, name + ": " + e.getMessage());
        } catch (KeyException | IOException e) {
            return new UnopenedStore(name, Kind.ACCESS_DENIED, name + ": " + e.getMessage());
        }
    }
}
