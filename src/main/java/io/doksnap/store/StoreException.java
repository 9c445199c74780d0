package io.doksnap.store;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A store did not do what it was asked; the message names the place, the object and, where there is one, the remedy. */
public class StoreException extends IOException {
    private static final long serialVersionUID = 1L;

    private final Kind kind;

    /** Creates an exception of a kind; the message is complete for a person to read. */
    public StoreException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /** What went wrong, for code that decides. */
    public Kind kind() {
        return kind;
    }

    /**
     * Whether what was asked may have been done all the same, or may yet be: nobody answered, or who did was not well. Of
     * what is decided nothing will ever be seen.
     */
    public boolean isUndecided() {
        return switch (kind) {
            case UNREACHABLE, REFUSED, NOT_FOUND -> true;
            case BUCKET_NOT_FOUND, ACCESS_DENIED, DISK_FULL, LOCKED, MISMATCH -> false;
        };
    }

    /** The kinds of failure that callers tell apart. */
    public enum Kind {
        /** No object under that key. */
        NOT_FOUND,
        /** The bucket, or the directory that should hold the objects, does not exist. */
        BUCKET_NOT_FOUND,
        /** Wrong credentials or a missing permission. */
        ACCESS_DENIED,
        /** No answer: name resolution, connection, TLS or time-out. */
        UNREACHABLE,
        /** No space left. */
        DISK_FULL,
        /** The object may not be removed yet: it is under object lock. */
        LOCKED,
        /** The store's checksum, or a size, differs from what was sent. */
        MISMATCH,
        /** Anything else that the store refused. */
        REFUSED
    }
}
