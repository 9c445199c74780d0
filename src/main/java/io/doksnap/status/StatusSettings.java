package io.doksnap.status;

import java.time.Clock;
import java.util.Optional;

/**
 * How the server listens.
 *
 * @param address the address that it binds, such as {@code 127.0.0.1}, or {@code 0.0.0.0} for all
 * @param port 0 for any that is free
 * @param key what everybody must show; empty: nobody has to
 * @param version of the program, for {@code /health}
 */
public record StatusSettings(String address, int port, Optional<KeySource> key, String version, Clock clock) {

    /** Where the key is; asked for each request, so that a key that is replaced counts at once. */
    @FunctionalInterface
    public interface KeySource {
        /**
         * The key.
         *
         * @throws java.io.IOException when it cannot be read; nobody is let in then
         */
        String read() throws java.io.IOException;
    }
}
