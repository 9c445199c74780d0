package io.doksnap.apiserver.storage;

import java.io.IOException;

/** The disk would not take a write, or the database cannot be read; nothing has changed in memory. */
public final class StorageException extends IOException {
    private static final long serialVersionUID = 1L;

    StorageException(String message, Throwable cause) {
        super(message, cause);
    }
}
