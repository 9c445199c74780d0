package io.doksnap.declare;

import java.io.IOException;

/** A secret could not be read; the message says which, where it was looked for and what to do, and never what it is. */
public final class SecretException extends IOException {
    private static final long serialVersionUID = 1L;

    SecretException(Place place, String message) {
        super(place + ": " + message);
    }
}
