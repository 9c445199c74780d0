package io.doksnap.archive.openpgp;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A key cannot be used, or a message cannot be opened; the message says which and what to do. */
public class OpenPgpException extends IOException {
    private static final long serialVersionUID = 1L;

    private final Kind kind;

    OpenPgpException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /** What went wrong, for code that decides. */
    public Kind kind() {
        return kind;
    }

    /** The kinds of failure that callers tell apart. */
    public enum Kind {
        /** A key is missing, expired, revoked, of the wrong kind, or does not open this message. */
        KEY,
        /** The message is damaged, cut off or no OpenPGP message. */
        DAMAGED
    }
}
