package io.doksnap.store;

import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/** A failed request to an S3 server, with what decides whether to send it again. */
final class S3StoreException extends StoreException {
    private static final long serialVersionUID = 1L;

    private final Cure cure;
    private final int status;
    private final String code;
    private final boolean undecided;

    S3StoreException(Kind kind, Cure cure, String message, @Nullable Throwable cause) {
        this(kind, cure, message, cause, false);
    }

    private S3StoreException(Kind kind, Cure cure, String message, @Nullable Throwable cause, boolean undecidedBefore) {
        super(kind, message, cause);
        this.cure = cure;
        this.status = cause instanceof AwsServiceException answer ? answer.statusCode() : 0;
        this.code = S3Failures.code(cause);
        // What a server, or a proxy before it, refuses for what it is was not carried out.
        boolean refused = cure == Cure.NONE && status >= 300 && status < 500;
        this.undecided = undecidedBefore || (super.isUndecided() && !refused);
    }

    /** The same after an attempt whose end nobody knows. */
    S3StoreException afterUndecided() {
        S3StoreException later = new S3StoreException(kind(), cure, String.valueOf(getMessage()), getCause(), true);
        later.setStackTrace(getStackTrace());
        return later;
    }

    @Override
    public boolean isUndecided() {
        return undecided;
    }

    Cure cure() {
        return cure;
    }

    /** The HTTP status, or 0 when there was no answer. */
    int status() {
        return status;
    }

    /** The error code of the answer, such as {@code NoSuchUpload}, or empty. */
    String code() {
        return code;
    }

    /** What would help against a failure. */
    enum Cure {
        /** Nothing: the same request would fail again. */
        NONE,
        /** Another attempt, a little later. */
        ANOTHER_ATTEMPT,
        /** Another attempt, but each one costs long silence. */
        PATIENCE
    }
}
