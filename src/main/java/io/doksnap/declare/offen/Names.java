package io.doksnap.declare.offen;

import java.util.Collection;
import java.util.Locale;

/** Makes names that our configuration takes. */
final class Names {
    private static final int LONGEST = 50;

    private Names() {}

    /** Letters, digits, {@code _} and {@code -}, and another than those that are taken. */
    static String unused(String wanted, String otherwise, Collection<String> taken) {
        String plain = wanted.replaceAll("[^A-Za-z0-9_-]+", "-").replaceAll("^[-_]+|[-_]+$", "");
        String name = plain.isEmpty() ? otherwise : plain.substring(0, Math.min(plain.length(), LONGEST));
        String free = name;
        for (int i = 2; taken.contains(free); i++) {
            free = name + "-" + i;
        }
        return free;
    }

    /** What the variables of a destination or an encryption end in. */
    static String suffix(String name) {
        return name.equals(Moved.DEFAULT)
                ? ""
                : "_" + name.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    /** The last part of a path, or the name of a volume. */
    static String lastSegment(String path) {
        String trimmed = path.replaceAll("(?<=.)/+$", "");
        return trimmed.substring(trimmed.lastIndexOf('/') + 1);
    }
}
