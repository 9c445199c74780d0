package io.doksnap.run;

/** A key or password is not there, or is none; the message says which, where it should be, and what to do. */
public final class KeyException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Creates one; the message is complete for a person to read. */
    public KeyException(String message) {
        super(message);
    }
}
