package io.doksnap.declare;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** The names that people give to destinations and encryptions; they are also the ends of variables' names. */
final class Names {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?");

    private Names() {}

    /** The names that can be used, in the order of the file; the others are told. */
    static List<String> check(Section named, Problems problems) {
        Map<String, String> suffixes = new HashMap<>();
        for (String name : named.keys()) {
            if (!NAME.matcher(name).matches() || name.equalsIgnoreCase("file")) {
                problems.add(
                        named.place(name),
                        "'" + name + "' is no name; use letters, digits, '_' and '-' (and not 'file')");
                continue;
            }
            String other = suffixes.putIfAbsent(suffix(name), name);
            if (other != null) {
                problems.add(
                        named.place(name),
                        "'" + name + "' and '" + other + "' would share their variables (..." + suffix(name)
                                + "); rename one of them");
            }
        }
        return named.keys().stream()
                .filter(name -> NAME.matcher(name).matches() && !name.equalsIgnoreCase("file"))
                .toList();
    }

    /** What the variables of a name end in: {@code _TEAM_KEY} for {@code team-key}. */
    static String suffix(String name) {
        return "_" + name.toUpperCase(Locale.ROOT).replace('-', '_');
    }
}
