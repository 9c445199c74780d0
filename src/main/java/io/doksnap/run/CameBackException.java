package io.doksnap.run;

import java.io.IOException;

/** What was kept still for a read ran while it was read: what was read may be of two minds, and is not committed. */
final class CameBackException extends IOException {
    private static final long serialVersionUID = 1L;

    CameBackException(String message) {
        super(message);
    }
}
