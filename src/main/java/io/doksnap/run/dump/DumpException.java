package io.doksnap.run.dump;

import java.io.IOException;

/** A dump is not whole, or could not be made or loaded; the message is complete for a person to read. */
public final class DumpException extends IOException {
    private static final long serialVersionUID = 1L;

    /** Creates it. */
    public DumpException(String message) {
        super(message);
    }
}
