package io.doksnap.declare;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/** The name that a resource gets from the name that a person wrote. */
public final class KubernetesName {
    private static final int LONGEST = 63;
    private static final int HASH = 6;

    private KubernetesName() {}

    /**
     * The name in lower case. Where Kubernetes forbids more than its case, what it forbids becomes {@code -} and a hash of
     * the name as written keeps it apart from its neighbours: {@code shop_db} becomes {@code shop-db-} and six digits.
     */
    public static String of(String written) {
        String lower = written.toLowerCase(Locale.ROOT);
        String allowed = lower.replaceAll("[^a-z0-9-]", "-").replaceAll("^-+|-+$", "");
        if (allowed.equals(lower) && lower.length() <= LONGEST && !lower.isEmpty()) {
            return lower;
        }
        String head = allowed.isEmpty() ? "policy" : allowed;
        int most = LONGEST - HASH - 1;
        String start = head.length() <= most ? head : head.substring(0, most).replaceAll("-+$", "");
        return start + "-" + hash(written);
    }

    private static String hash(String written) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(written.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, HASH);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java runtime has SHA-256", impossible);
        }
    }
}
