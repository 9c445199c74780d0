package io.doksnap.docker;

import java.util.List;

/**
 * Containers that run in the place of what is stopped, do nothing, and use its image and its volumes: so that nobody takes these for unused and removes them,
 * as {@code docker system prune} does with everything that no container uses, and with every container that does not run.
 */
public interface Holders {
    /** The label that tells whose place one takes. */
    String LABEL = "doksnap.io/holder";

    /** The label that tells who made it. */
    String OWNER_LABEL = "doksnap.io/holder-owner";

    /**
     * One that is there.
     *
     * @param id of the holder itself: that of another one for the same is another
     * @param of the id of what it stands for
     * @param owner who made it
     */
    record Holder(String id, String of, String owner) {}

    /**
     * Lets one run.
     *
     * @param of the id of what is going to be stopped; one that is there for it already is replaced
     * @param owner who makes it
     * @param image by name or id; has to be there
     * @param volumes by name; nothing is changed in them, and those that are not there are made
     */
    void hold(String of, String owner, String image, List<String> volumes) throws DockerException;

    /** Removes what runs in the place of something; succeeds when there is nothing. */
    void release(String of) throws DockerException;

    /** All that there are, whoever made them. */
    List<Holder> all() throws DockerException;

    /** Removes exactly this one; succeeds when it is gone. */
    void remove(Holder holder) throws DockerException;
}
