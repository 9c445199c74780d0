package io.doksnap.run;

import java.io.IOException;

/** There is nobody left to store for: every destination has failed, and each knows why. */
final class NoDestinationLeftException extends IOException {
    private static final long serialVersionUID = 1L;

    NoDestinationLeftException() {
        super("every destination has failed");
    }
}
