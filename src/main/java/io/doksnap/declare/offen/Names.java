package io.doksnap.declare.offen;

import java.util.Collection;
import java.util.Locale;
import java.util.Set;

/** Makes names that our configuration takes. */
final class Names {
    private static final int LONGEST = 36;

    /** What is a name of something else: variables end in {@code _FILE}, and what belongs to nobody in particular is the default. */
    private static final Set<String> RESERVED = Set.of("file", Moved.DEFAULT);

    private Names() {}

    /** Letters, digits, {@code _} and {@code -}, and with variables of its own: no two that only differ in case or punctuation. */
    static String unused(String wanted, String otherwise, Collection<String> taken) {
        String plain = wanted.replaceAll("[^A-Za-z0-9_-]+", "-").replaceAll("^[-_]+|[-_]+$", "");
        String cut = plain.substring(0, Math.min(plain.length(), LONGEST)).replaceAll("[-_]+$", "");
        String name = cut.isEmpty() || RESERVED.contains(cut.toLowerCase(Locale.ROOT)) ? otherwise : cut;
        String free = name;
        for (int i = 2; isTaken(free, taken); i++) {
            free = name + "-" + i;
        }
        return free;
    }

    private static boolean isTaken(String name, Collection<String> taken) {
        return taken.stream().anyMatch(other -> suffix(other).equals(suffix(name)));
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
