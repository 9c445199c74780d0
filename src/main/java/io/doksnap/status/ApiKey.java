package io.doksnap.status;

import io.doksnap.status.StatusSettings.KeySource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says who may look. */
final class ApiKey {
    private static final Logger LOG = LoggerFactory.getLogger(ApiKey.class);

    private final Optional<KeySource> source;

    ApiKey(Optional<KeySource> source) {
        this.source = source;
    }

    /** Whether anybody has to show one. */
    boolean isRequired() {
        return source.isPresent();
    }

    /** Whether that is the key, or none is required. Takes as long for a guess that is nearly right as for any other. */
    boolean opens(@Nullable String shown) {
        if (source.isEmpty()) {
            return true;
        }
        String key;
        try {
            key = source.get().read();
        } catch (IOException e) {
            LOG.error("nobody is let in, as the key of the status server cannot be read: {}", e.getMessage());
            return false;
        }
        return shown != null && !key.isEmpty() && MessageDigest.isEqual(digest(shown), digest(key));
    }

    /** Of one length, so that not even that is told. */
    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
