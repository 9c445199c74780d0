package io.doksnap.docker;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The engine did not answer, or answered no; the message names the engine, what was asked and the remedy. */
public class DockerException extends IOException {
    private static final long serialVersionUID = 1L;

    /** From this status on (RFC 9110, section 15.6). */
    private static final int SERVER_ERRORS = 500;

    private final Kind kind;

    /** Creates an exception of a kind; the message is complete for a person to read. */
    public DockerException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /** What went wrong, for code that decides. */
    public Kind kind() {
        return kind;
    }

    /** Whether the engine answered that it failed itself: it may do what was asked the next time. */
    public boolean isEnginesFault() {
        return getCause() instanceof com.github.dockerjava.api.exception.DockerException no
                && no.getHttpStatus() >= SERVER_ERRORS;
    }

    /** The kinds of failure that callers tell apart. */
    public enum Kind {
        /** No engine listens there, or it did not answer in time. */
        UNAVAILABLE,
        /** The socket exists, and this user may not use it. */
        PERMISSION_DENIED,
        /** What was to be used is not there. */
        NOT_FOUND,
        /** The engine refused what was asked. */
        REFUSED
    }
}
