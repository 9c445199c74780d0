package io.doksnap.run;

import io.doksnap.policy.Target;
import java.nio.file.Path;
import java.util.Optional;

/** Where a restore puts its files. */
public sealed interface RestoreTarget {

    /** A directory that is empty or does not exist yet. */
    record EmptyDirectory(Path directory) implements RestoreTarget {}

    /** A Docker volume that exists and is empty. */
    record EmptyVolume(String volume) implements RestoreTarget {}

    /**
     * Where the policy's source lies, replacing what is there.
     *
     * @param workload the policy's target, whose database takes a dump; empty where that is not known
     */
    record InPlace(Optional<Target> workload) implements RestoreTarget {
        /** Where no dump is to go. */
        public InPlace() {
            this(Optional.empty());
        }
    }

    /**
     * The database of a workload, which takes a dump.
     *
     * @param workload a container or a Swarm service by its name, or {@code project/service} of Compose
     */
    record Database(String workload) implements RestoreTarget {}
}
