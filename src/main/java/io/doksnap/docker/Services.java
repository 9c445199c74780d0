package io.doksnap.docker;

import io.doksnap.docker.DockerException.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The Swarm services that an engine can see: those of its Swarm where it is a manager, and none elsewhere. What is done to one that is not
 * there any more fails as {@link Kind#NOT_FOUND}. When a call fails as {@link Kind#UNAVAILABLE} or its thread is interrupted, the engine may
 * have done what it was asked for.
 */
public interface Services {

    /** What this engine is in a Swarm. */
    Role role() throws DockerException;

    /** Whether services can be seen and changed through this engine. */
    default boolean isManager() throws DockerException {
        return role() == Role.MANAGER;
    }

    /** The node of the Swarm that this engine is, by id; empty where it is in no Swarm. */
    String node() throws DockerException;

    /** What people call a node of that id; the id itself where this engine does not tell. */
    String nodeName(String id) throws DockerException;

    /** All services, by name. */
    List<Service> all() throws DockerException;

    /** The service of exactly that name or whole id. */
    Optional<Service> find(String nameOrId) throws DockerException;

    /** The tasks of a service, those that are over only as long as the Swarm remembers them. */
    List<Task> tasks(Service service) throws DockerException;

    /**
     * Changes how many tasks a replicated service is to have, and nothing else, however often somebody else changes it meanwhile.
     *
     * @param from how many it has to have for that
     * @return the service as it is then, or empty when it has another number: then it was left as it is
     */
    Optional<Service> scale(Service service, long from, long to, Duration within) throws DockerException;

    /** What an engine can be in a Swarm. */
    enum Role {
        /** It is in no Swarm. */
        NONE,
        /** It runs tasks, and knows nothing of services. */
        WORKER,
        /** It knows all services. */
        MANAGER
    }
}
