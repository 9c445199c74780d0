package io.doksnap.docker;

import java.util.Optional;

/** A Docker Engine. Every call ends within its deadline: with an answer, or with a {@link DockerException}. */
public interface DockerEngine extends AutoCloseable {

    /** What the engine says of itself. */
    EngineInfo info() throws DockerException;

    /**
     * Whether paths that it names are paths of this host, and the numbers of owners are this host's: it is neither on another host nor
     * rootless.
     */
    default boolean sharesFiles() throws DockerException {
        return true;
    }

    /** The volume of that name, or empty when there is none. */
    Optional<Volume> findVolume(String name) throws DockerException;

    /** Creates a volume of the {@code local} driver, or returns the one that exists. */
    Volume createVolume(String name) throws DockerException;

    /** Removes a volume with all its data; succeeds when there is none. Refused while a container uses it. */
    void removeVolume(String name) throws DockerException;

    /** Its containers. */
    Containers containers();

    @Override
    void close();
}
