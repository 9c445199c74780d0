package io.doksnap.docker;

import java.util.List;

/**
 * Containers that run in the place of what is stopped, do nothing, and use its image and its volumes: so that nobody takes these for unused and removes them,
 * as {@code docker system prune} does with everything that no container uses, and with every container that does not run.
 */
public interface Holders {
    /** The label that tells whose place one takes. */
    String LABEL = "doksnap.io/holder";

    /**
     * Lets one run.
     *
     * @param of the id of what is going to be stopped; one that is there for it already is replaced
     * @param image by name or id; has to be there
     * @param volumes by name; nothing is changed in them
     */
    void hold(String of, String image, List<String> volumes) throws DockerException;

    /** Removes what runs in the place of something; succeeds when there is nothing. */
    void release(String of) throws DockerException;
}
