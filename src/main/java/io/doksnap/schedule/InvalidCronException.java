package io.doksnap.schedule;

/** A cron expression makes no sense; the message says which field is wrong and what it may hold. */
public final class InvalidCronException extends Exception {
    private static final long serialVersionUID = 1L;

    InvalidCronException(String message) {
        super(message);
    }
}
