package io.doksnap.apiserver.apply;

/** What is applied makes no sense by itself: 400. The message is for the person who wrote it. */
public final class ApplyException extends Exception {
    private static final long serialVersionUID = 1L;

    ApplyException(String message) {
        super(message);
    }
}
