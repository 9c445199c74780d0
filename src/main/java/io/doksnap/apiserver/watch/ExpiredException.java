package io.doksnap.apiserver.watch;

/** The changes since a version are no longer known, or never were: whoever asks has to list again. */
public final class ExpiredException extends Exception {
    private static final long serialVersionUID = 1L;

    ExpiredException(long since, long known) {
        super("too old resource version: " + since + " (" + known + ")");
    }
}
