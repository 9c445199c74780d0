package io.doksnap.docker;

import java.time.Instant;
import java.util.List;

/**
 * Containers that are created and never started, so that the engine's archive API reaches a volume whose directory cannot be reached. They are made
 * of an image that the engine has; none is ever pulled.
 */
public interface HelperContainers {
    /** The label of each of them, whose value names whom it belongs to. */
    String LABEL = "io.doksnap.helper";

    /**
     * Creates one that mounts only this volume, where its image has nothing.
     *
     * @param access what it is for
     * @param owner whom it belongs to, such as {@code <id of the data directory>/<run>}
     * @throws DockerException of the kind {@link DockerException.Kind#NOT_FOUND} when the volume is gone or another one has its name by now, or
     *     the engine has no image
     */
    HelperContainer create(Volume volume, Access access, String owner) throws DockerException;

    /** All that there are, whoever they belong to. */
    List<Leftover> all() throws DockerException;

    /** Removes one that nobody uses any more; succeeds when it is gone. */
    void remove(Leftover leftover) throws DockerException;

    /** What is done to a volume. */
    enum Access {
        /** It is mounted so that nothing can change it. */
        READ,
        /** It is written to. */
        WRITE
    }

    /** One that is there. */
    record Leftover(String id, String name, String owner, Instant created) {}
}
