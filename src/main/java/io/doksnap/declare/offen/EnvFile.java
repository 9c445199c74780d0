package io.doksnap.declare.offen;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads variables as {@code docker run --env-file}, Compose and offen's conf.d have them: {@code NAME=value}, also after {@code export}, with
 * comments, and with quotes that may hold several lines.
 */
final class EnvFile {
    private static final Pattern LINE =
            Pattern.compile("\\s*(?:export\\s+)?([A-Za-z_][A-Za-z0-9_]*)\\s*[=:](.*)", Pattern.DOTALL);
    private static final Pattern COMMENT = Pattern.compile("\\s+#.*");

    private EnvFile() {}

    static Map<String, String> read(String text) {
        Map<String, String> variables = new LinkedHashMap<>();
        String[] lines = text.replace("\r\n", "\n").split("\n", -1);
        int at = 0;
        while (at < lines.length) {
            String line = lines[at++];
            Matcher parts = LINE.matcher(line);
            if (line.isBlank() || line.strip().startsWith("#") || !parts.matches()) {
                continue;
            }
            StringBuilder value = new StringBuilder(parts.group(2).strip());
            char quote = value.isEmpty() ? 0 : value.charAt(0);
            if (quote == '"' || quote == '\'') {
                while (closing(value, quote) < 0 && at < lines.length) {
                    value.append('\n').append(lines[at++]);
                }
            }
            variables.put(parts.group(1), unquoted(value.toString(), quote));
        }
        return variables;
    }

    private static int closing(CharSequence value, char quote) {
        for (int i = 1; i < value.length(); i++) {
            if (quote == '"' && value.charAt(i) == '\\') {
                i++;
            } else if (value.charAt(i) == quote) {
                return i;
            }
        }
        return -1;
    }

    private static String unquoted(String value, char quote) {
        int closing = quote == '"' || quote == '\'' ? closing(value, quote) : -1;
        if (closing < 0) {
            return COMMENT.matcher(value.startsWith("#") ? "" : value).replaceFirst("");
        }
        String inside = value.substring(1, closing);
        return quote == '\''
                ? inside
                : inside.replace("\\n", "\n")
                        .replace("\\r", "\r")
                        .replace("\\\"", "\"")
                        .replace("\\$", "$")
                        .replace("\\\\", "\\");
    }
}
