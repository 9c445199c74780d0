package io.doksnap.apiserver.selector;

/** A selector that cannot be understood; the message is for the person who wrote it. */
public final class SelectorException extends Exception {
    private static final long serialVersionUID = 1L;

    SelectorException(String message) {
        super(message);
    }
}
