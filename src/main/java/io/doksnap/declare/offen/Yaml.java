package io.doksnap.declare.offen;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Lines of YAML, with as few quotes as they need. */
final class Yaml {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z/@][A-Za-z0-9_./-]*");
    private static final Set<String> WORDS = Set.of("true", "false", "yes", "no", "on", "off", "null", "y", "n");

    private final StringBuilder text = new StringBuilder();

    Yaml line(int depth, String line) {
        text.append("  ".repeat(depth)).append(line).append('\n');
        return this;
    }

    Yaml blank() {
        text.append('\n');
        return this;
    }

    /** A comment of as many lines as it takes; what comes from elsewhere cannot end it. */
    Yaml comment(int depth, String comment) {
        StringBuilder line = new StringBuilder();
        comment.codePoints().forEach(c -> line.appendCodePoint(Character.isISOControl(c) ? ' ' : c));
        return line(depth, ("# " + line).stripTrailing());
    }

    Yaml entry(int depth, String key, String value) {
        return line(depth, key + ": " + scalar(value));
    }

    static String list(List<String> values) {
        return values.stream().map(Yaml::scalar).collect(Collectors.joining(", ", "[", "]"));
    }

    static String scalar(String value) {
        boolean plain = PLAIN.matcher(value).matches()
                && !value.startsWith("@")
                && !WORDS.contains(value.toLowerCase(Locale.ROOT));
        if (plain) {
            return value;
        }
        if (value.chars().noneMatch(Character::isISOControl)) {
            return "'" + value.replace("'", "''") + "'";
        }
        StringBuilder quoted = new StringBuilder("\"");
        value.codePoints().forEach(c -> {
            if (c == '"' || c == '\\') {
                quoted.append('\\').appendCodePoint(c);
            } else if (Character.isISOControl(c)) {
                quoted.append(String.format("\\u%04x", c));
            } else {
                quoted.appendCodePoint(c);
            }
        });
        return quoted.append('"').toString();
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
