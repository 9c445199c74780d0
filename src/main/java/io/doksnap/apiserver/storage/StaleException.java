package io.doksnap.apiserver.storage;

/** The object is no longer as the writer had read it: changed, deleted, or created by somebody else. Read it again. */
public final class StaleException extends Exception {
    private static final long serialVersionUID = 1L;

    StaleException(Key key, long expected, long actual) {
        super(key + " is at version " + actual + ", not " + expected);
    }
}
