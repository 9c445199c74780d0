package io.doksnap.operator;

import io.doksnap.api.BackupPolicy;
import io.doksnap.docker.DockerEngine;
import io.doksnap.policy.LocalHooks;
import io.doksnap.run.DataDirectory;
import io.doksnap.run.Keys;
import io.doksnap.run.MemoryBudget;
import io.doksnap.run.OwnPlaces;
import io.doksnap.run.SpoolSpace;
import io.doksnap.store.ObjectStore;
import io.doksnap.store.StoreSettings;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;

/** What an operator finds on its host and in its own configuration, whose secrets never enter any API. Asked from several threads. */
public interface Places {

    /** The engine whose volumes are read. */
    DockerEngine docker();

    /** This host's state, held by this process. */
    DataDirectory data();

    /** What of the files that this process sees is its own, and so no source. */
    default OwnPlaces own() {
        return OwnPlaces.NONE;
    }

    /** Where archives of all runs wait for their upload while their workloads go on; empty: nowhere. */
    default Optional<SpoolSpace> spool() {
        return Optional.empty();
    }

    /** What all runs together may take. */
    MemoryBudget memory();

    /** The keys of the configuration: for policies that name none, and for those that name one of its encryptions. */
    Keys keys();

    /**
     * A destination of the configuration, with its credentials; empty where it has none of that name.
     *
     * @throws IOException when its credentials cannot be read now
     */
    Optional<StoreSettings> destination(String name) throws IOException;

    /** Whether a policy may run processes on this host: only one that the configuration itself says, word for word. */
    LocalHooks localHooks(BackupPolicy policy);

    /** A store as the limits of the configuration have it: slower, as like as not. */
    default ObjectStore limited(ObjectStore store) {
        return store;
    }

    /** Leaves processor and disks to others, from here on in the calling thread and in those that it starts. */
    default void stepBack() {}

    /** How many threads compress one archive; empty: as many as help. */
    default OptionalInt threads() {
        return OptionalInt.empty();
    }

    /** Whether a restore may set owners, which takes privilege. */
    boolean maySetOwners();

    /** What manifests name as their writer. */
    String program();
}
