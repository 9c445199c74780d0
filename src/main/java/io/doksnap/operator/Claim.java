package io.doksnap.operator;

import java.util.Optional;

/**
 * Who has taken up a run: written onto the object before anything is done, so that after a crash it is known that something may have been
 * done, and so that a copy of the object is known to be one.
 *
 * @param host whose operator it is
 * @param uid of the object that it took up
 */
record Claim(String host, String uid) {

    /** Reads the annotation; empty where it is none. */
    static Optional<Claim> read(String annotation) {
        int slash = annotation.lastIndexOf('/');
        return slash < 0
                ? Optional.empty()
                : Optional.of(new Claim(annotation.substring(0, slash), annotation.substring(slash + 1)));
    }

    /** As it stands in the annotation. */
    @Override
    public String toString() {
        return host + "/" + uid;
    }
}
