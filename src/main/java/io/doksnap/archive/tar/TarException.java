package io.doksnap.archive.tar;

import java.io.IOException;

/** An archive is damaged, truncated or holds something that cannot be taken out. */
public class TarException extends IOException {
    private static final long serialVersionUID = 1L;

    private final boolean unsafe;

    TarException(String message) {
        this(message, false);
    }

    private TarException(String message, boolean unsafe) {
        super(message);
        this.unsafe = unsafe;
    }

    static TarException unsafe(String message) {
        return new TarException(message, true);
    }

    /** Whether an entry would have landed outside of its target, rather than the bytes being damaged. */
    public boolean isUnsafe() {
        return unsafe;
    }
}
