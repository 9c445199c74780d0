package io.doksnap.declare.offen;

/** The installation cannot be read: the message names what, where and the remedy. */
public final class OffenException extends Exception {
    private static final long serialVersionUID = 1L;

    OffenException(String message) {
        super(message);
    }
}
