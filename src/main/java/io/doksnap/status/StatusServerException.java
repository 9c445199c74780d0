package io.doksnap.status;

import java.io.IOException;

/** The status server cannot listen; the message is complete for a person to read. */
public final class StatusServerException extends IOException {
    private static final long serialVersionUID = 1L;

    StatusServerException(String where, String why, IOException cause) {
        super("the status server cannot listen on " + where + ": " + why, cause);
    }
}
