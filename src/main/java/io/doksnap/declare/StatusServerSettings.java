package io.doksnap.declare;

import java.util.Optional;

/**
 * The status HTTP server.
 *
 * @param bind the address it listens on
 * @param requireAuth whether everything but {@code /health} needs the key
 * @param apiKey the key; present where it is required
 */
public record StatusServerSettings(
        boolean enabled, int port, String bind, boolean requireAuth, Optional<Secret> apiKey) {}
