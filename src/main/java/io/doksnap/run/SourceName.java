package io.doksnap.run;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What a source is called that the policy does not name. */
final class SourceName {
    private static final int LONGEST = 63;
    private static final int DIGITS = 8;

    private SourceName() {}

    /** The volume's own name, or the beginning of it with a digest of all of it where it is too long for a source. */
    static String of(String volume) {
        if (volume.length() <= LONGEST) {
            return volume;
        }
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(volume.getBytes(StandardCharsets.UTF_8));
            String end = HexFormat.of().formatHex(digest).substring(0, DIGITS);
            return volume.substring(0, LONGEST - DIGITS - 1) + "-" + end;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
