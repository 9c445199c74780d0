package io.doksnap.operator;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;

/** What objects are called that the operator makes: the same for the same thing, so that nothing is made twice. */
final class ResourceNames {
    private static final int LONGEST_NAME = 253;
    private static final int LONGEST_LABEL = 63;
    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("uuuuMMddHHmm").withZone(ZoneOffset.UTC);

    private ResourceNames() {}

    /** The run of a policy at a nominal time. */
    static String backup(String policy, Instant nominal) {
        String stamp = "-" + MINUTE.format(nominal);
        return fit(policy, LONGEST_NAME - stamp.length()) + stamp;
    }

    /** A snapshot in a destination. */
    static String snapshot(String policy, String id, String destination) {
        String name = policy + "-" + id + (destination.equals("default") ? "" : "-" + destination);
        String plain = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.-]", "-");
        // Underscores of the id stand where they always do, so nothing is lost with them.
        boolean same = (policy + destination).matches("[a-z0-9.-]*") && plain.matches("[a-z0-9].*[a-z0-9]");
        String valid = plain.replaceAll("^[^a-z0-9]+|[^a-z0-9]+$", "").replaceAll("\\.[.-]+|-+\\.", "-");
        return fit(same && valid.equals(plain) ? valid : valid + "-" + hash(name, 8), LONGEST_NAME);
    }

    /** The Lease of a host, whose name may hold what the name of an object may not. */
    static String lease(String host) {
        String plain = host.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.-]", "-");
        String valid = plain.replaceAll("^[^a-z0-9]+|[^a-z0-9]+$", "").replaceAll("\\.[.-]+|-+\\.", "-");
        String name = "doksnap-" + valid;
        return fit(valid.equals(host) ? name : name + (valid.isEmpty() ? "" : "-") + hash(host, 8), LONGEST_NAME);
    }

    /** The value of a label that names an object: its name, or the part of it that fits with a hash. */
    static String label(String name) {
        String fitting = fit(name, LONGEST_LABEL);
        return fitting.matches("[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?") ? fitting : "x" + hash(name, 16);
    }

    /** What makes the id of one attempt at a run unique: the same after a crash as before. */
    static String attempt(String uid, int attempt) {
        return hash(uid + "/" + attempt, 8);
    }

    /** So many hexadecimal digits. */
    static String hash(String text, int digits) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, digits);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String fit(String name, int longest) {
        return name.length() <= longest ? name : name.substring(0, longest - 9) + "-" + hash(name, 8);
    }
}
