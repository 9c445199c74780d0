package io.doksnap.archive.failure;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** An archive, or a key for one, cannot be used: the kind is for code that decides, the message for people. */
public class ArchiveException extends IOException {
    private static final long serialVersionUID = 1L;

    private final Kind kind;

    /** Creates a failure; the message says which key or archive it is, and what to do. */
    public ArchiveException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /** What went wrong, for code that decides. */
    public Kind kind() {
        return kind;
    }

    /** The kinds of failure that callers tell apart. */
    public enum Kind {
        /** A key or password is missing, expired, revoked, of the wrong kind, or does not open this archive. */
        KEY,
        /** A private key is there, and opens only with a passphrase that was not given, or not rightly. */
        LOCKED,
        /** The bytes are damaged, cut off or of another format. */
        DAMAGED,
        /** The bytes are sound, and an entry would land outside of its target. */
        UNSAFE
    }
}
