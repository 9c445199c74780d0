package io.doksnap.app;

import java.security.SecureRandom;
import java.util.HexFormat;

/** What makes the names of two runs in the same second different. */
final class RandomId {
    private RandomId() {}

    static String next() {
        byte[] bytes = new byte[4];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
