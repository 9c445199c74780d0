package io.doksnap.docker;

import java.time.Duration;
import java.util.Map;
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
    default Volume createVolume(String name) throws DockerException {
        return createVolume(name, Map.of(), Map.of());
    }

    /** The same with these labels, and these options of the driver. */
    Volume createVolume(String name, Map<String, String> labels, Map<String, String> options) throws DockerException;

    /** Removes a volume with all its data; succeeds when there is none. Refused while a container uses it. */
    void removeVolume(String name) throws DockerException;

    /** Whether an image is there, by its name or id. */
    boolean hasImage(String image) throws DockerException;

    /** The labels that an image gives to its containers, by its id; none where it is not there, or nobody may see that. */
    default Map<String, String> imageLabels(String image) throws DockerException {
        return Map.of();
    }

    /** Its containers. */
    Containers containers();

    /** The services of its Swarm; none where there is no Swarm, or this engine only works for one. */
    Services services();

    /** What reaches volumes whose directories cannot be reached. */
    HelperContainers helpers();

    /**
     * Follows what changes of containers and services, until the time is up or the thread is interrupted. Returns only when the time is up.
     *
     * @param changed run once the engine has begun to tell, and after each change; by another thread, and must not block
     * @throws DockerException when the engine does not tell, or ended the stream
     */
    void follow(Runnable changed, Duration within) throws DockerException;

    /** What runs in the place of what is stopped. */
    Holders holders();

    @Override
    void close();
}
