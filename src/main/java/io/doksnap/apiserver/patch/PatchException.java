package io.doksnap.apiserver.patch;

/** A patch that cannot be applied; the message is for the person who wrote it. */
public final class PatchException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Whose fault it is. */
    public enum Kind {
        /** The patch itself makes no sense: 400. */
        MALFORMED,
        /** The patch does not fit the object: 422. */
        UNFIT,
        /** The patch asks for too much: 413. */
        TOO_LARGE
    }

    private final Kind kind;

    PatchException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
