package io.doksnap.declare.labels;

import io.doksnap.policy.Nearest;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tells labels that mean us from labels that nearly do, and both from everybody else's. */
final class Namespace {
    static final String PREFIX = "doksnap.";

    private static final String NAME = "doksnap";
    private static final int TYPOS = 2;

    /** A first segment, with or without a dash in it, and what parts it from the rest. */
    private static final Pattern FIRST = Pattern.compile("([^./:_=\\s]*)([./:_=\\s]+)?(.*)", Pattern.DOTALL);

    private Namespace() {}

    /** Whether a trimmed key is one of ours, known or not. */
    static boolean isOurs(String key) {
        return key.startsWith(PREFIX);
    }

    /**
     * What somebody meant whose key is not ours, but nearly: its first segment is within two typing mistakes of our name, or
     * begins with it. Empty for everybody else's keys.
     */
    static Optional<String> meant(String key) {
        Matcher parts = FIRST.matcher(key);
        if (isOurs(key) || !parts.matches()) {
            return Optional.empty();
        }
        String first = parts.group(1).toLowerCase(Locale.ROOT);
        String rest = parts.group(3);
        if (first.startsWith(NAME + "-")) {
            return Optional.of(nearest(first.substring(NAME.length() + 1) + (rest.isEmpty() ? "" : "." + rest)));
        }
        boolean near = first.startsWith(NAME)
                || (Math.abs(first.length() - NAME.length()) <= TYPOS && Nearest.distance(first, NAME) <= TYPOS);
        return near ? Optional.of(nearest(rest)) : Optional.empty();
    }

    private static String nearest(String rest) {
        if (rest.isEmpty()) {
            return PREFIX + LabelKey.ENABLE.key();
        }
        if (LabelKey.of(rest).isPresent() || rest.startsWith("policies.")) {
            return PREFIX + rest;
        }
        return PREFIX + Nearest.to(rest, LabelKey.candidates(rest)).orElse(rest);
    }
}
