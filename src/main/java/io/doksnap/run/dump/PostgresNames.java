package io.doksnap.run.dump;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.regex.Pattern;

/** Names of databases, and how they stand in SQL. */
final class PostgresNames {
    /** NAMEDATALEN less the byte at its end; what is longer PostgreSQL cuts off without an error. */
    private static final int LONGEST = 63;

    /** Those that are dumped; none of them needs more than quotes. */
    private static final Pattern LOADABLE = Pattern.compile("[A-Za-z0-9_.$ \\-[^\\x00-\\x7F]]{1,63}");

    private PostgresNames() {}

    static boolean isLoadable(String name) {
        return LOADABLE.matcher(name).matches();
    }

    /** A name with something behind it, of which as much is cut off as has to be. */
    static String with(String name, String suffix, Set<String> taken) {
        String tail = suffix;
        for (int i = 2; ; i++) {
            String whole = cut(name, LONGEST - tail.length()) + tail;
            if (!taken.contains(whole)) {
                return whole;
            }
            tail = suffix + "_" + i;
        }
    }

    private static String cut(String name, int bytes) {
        int end = name.length();
        while (name.substring(0, end).getBytes(StandardCharsets.UTF_8).length > bytes) {
            end = name.offsetByCodePoints(end, -1);
        }
        return name.substring(0, end);
    }

    static String quoted(String name) {
        return "\"" + name.replace("\"", "\"\"") + "\"";
    }

    static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
