package io.doksnap.apiserver.storage;

import java.util.Optional;

/**
 * One write.
 *
 * @param before what was there; empty where the object was created
 * @param now what is there since; where it was deleted, its last state at the version of the deletion
 */
public record Change(Kind kind, Optional<Stored> before, Stored now) {
    /** What a write did to the object. */
    public enum Kind {
        CREATED,
        UPDATED,
        DELETED
    }

    public long version() {
        return now.version();
    }
}
