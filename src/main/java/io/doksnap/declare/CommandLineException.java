package io.doksnap.declare;

/** A command line cannot be carried out as it was written; the message says why, and what to do about it. */
final class CommandLineException extends Exception {
    private static final long serialVersionUID = 1L;

    CommandLineException(String message) {
        super(message);
    }
}
