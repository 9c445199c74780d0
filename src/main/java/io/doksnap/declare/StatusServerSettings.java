package io.doksnap.declare;

import java.util.Arrays;
import java.util.Optional;

/**
 * The status HTTP server.
 *
 * @param bind the address it listens on
 * @param requireAuth whether everything but {@code /health} needs the key
 * @param apiKey the key; present where it is required
 */
public record StatusServerSettings(
        boolean enabled, int port, String bind, boolean requireAuth, Optional<Secret> apiKey) {

    /** Whether a server of these settings needs no new start to be one of the others: a key in a file is read at each use. */
    public boolean servesLike(StatusServerSettings other) {
        if (!enabled && !other.enabled) {
            return true;
        }
        return enabled == other.enabled
                && port == other.port
                && bind.equals(other.bind)
                && requireAuth == other.requireAuth
                && (!requireAuth || isSame(apiKey, other.apiKey));
    }

    private static boolean isSame(Optional<Secret> one, Optional<Secret> other) {
        if (one.isEmpty() || other.isEmpty()) {
            return one.isEmpty() && other.isEmpty();
        }
        try {
            return Arrays.equals(one.get().bytes(), other.get().bytes());
        } catch (SecretException unreadable) {
            // Whoever asks the server is told.
            return one.get().place().path().equals(other.get().place().path());
        }
    }
}
