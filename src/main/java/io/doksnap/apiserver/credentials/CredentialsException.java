package io.doksnap.apiserver.credentials;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A key, certificate or token cannot be made, read or kept; the message says which and what to do. */
public final class CredentialsException extends IOException {
    private static final long serialVersionUID = 1L;

    CredentialsException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
