package io.doksnap.archive.openpgp;

import io.doksnap.archive.failure.ArchiveException;
import org.jspecify.annotations.Nullable;

/** An OpenPGP key cannot be used, or a message cannot be opened; the message says which and what to do. */
public class OpenPgpException extends ArchiveException {
    private static final long serialVersionUID = 1L;

    OpenPgpException(Kind kind, String message, @Nullable Throwable cause) {
        super(kind, message, cause);
    }
}
