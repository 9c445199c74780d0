package io.doksnap.archive.tar;

import io.doksnap.archive.failure.ArchiveException;

/** A tar archive is damaged, truncated or holds something that cannot be taken out. */
public class TarException extends ArchiveException {
    private static final long serialVersionUID = 1L;

    TarException(String message) {
        this(Kind.DAMAGED, message);
    }

    private TarException(Kind kind, String message) {
        super(kind, message, null);
    }

    static TarException unsafe(String message) {
        return new TarException(Kind.UNSAFE, message);
    }
}
