package io.doksnap.run;

import io.doksnap.api.Reason;
import org.jspecify.annotations.Nullable;

/** A run cannot go on. Only within this room: what leaves it is an outcome with the reason. */
final class RunException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    RunException(Reason reason, String message) {
        this(reason, message, null);
    }

    RunException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    Reason reason() {
        return reason;
    }

    String text() {
        return String.valueOf(getMessage());
    }
}
