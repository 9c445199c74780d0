package io.doksnap.snapshot;

import java.io.IOException;

/** A record is of a format that only a newer version of this program reads. It is not damaged. */
public final class NewerFormatException extends IOException {
    private static final long serialVersionUID = 1L;

    NewerFormatException(String message) {
        super(message);
    }
}
