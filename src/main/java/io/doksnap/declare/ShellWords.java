package io.doksnap.declare;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Splits a command line into words as a POSIX shell does: blanks part them, quotes and backslashes keep characters as they
 * are (POSIX.1-2017, Shell Command Language, 2.2). Nothing is ever expanded, as no shell runs: what one would treat as more
 * than a character is refused, so that a line never means something else here than where it was copied from.
 */
final class ShellWords {
    private static final String OPERATORS = "|&;<>()";
    private static final String PATTERNS = "*?[";
    private static final String NAME = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";

    /** What makes more of a dollar sign that stands before it. */
    private static final String EXPANDED = NAME + "{(@*#?$!-";

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");
    private static final String REMEDY = "; wrap it in sh -c '...', or put it in quotes to pass it on as it is";

    private final String line;
    private final List<String> words = new ArrayList<>();
    private final StringBuilder word = new StringBuilder();

    /** Whether a word has begun: {@code ''} is one, although it has no character. */
    private boolean begun;

    private int at;

    private ShellWords(String line) {
        this.line = line;
    }

    /** The words of a line. */
    static List<String> split(String line) throws CommandLineException {
        return new ShellWords(line).split();
    }

    /** A text that {@link #split} reads as this one word. */
    static String quote(String word) {
        return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }

    private List<String> split() throws CommandLineException {
        while (at < line.length()) {
            char c = line.charAt(at++);
            switch (c) {
                case ' ', '\t' -> endWord();
                case '\n', '\r' ->
                    throw new CommandLineException("holds more than one line; write a list with one command an item");
                case '\0' -> throw nul();
                case '\'' -> singleQuotes();
                case '"' -> doubleQuotes();
                case '\\' -> escaped();
                default -> {
                    refuseMeaning(c);
                    append(c);
                }
            }
        }
        endWord();
        return words;
    }

    private void refuseMeaning(char c) throws CommandLineException {
        if (OPERATORS.indexOf(c) >= 0) {
            throw operator(c);
        }
        if (c == '`' || (c == '$' && expands(EXPANDED + "'\""))) {
            throw refused(expansion(c), "would be replaced by a shell, and no shell runs this");
        }
        if (PATTERNS.indexOf(c) >= 0) {
            throw refused("" + c, "would be matched with files by a shell, and no shell runs this");
        }
        if (!begun && (c == '~' || c == '#')) {
            throw refused("" + c, "means more at the start of a word to a shell, and no shell runs this");
        }
    }

    private void singleQuotes() throws CommandLineException {
        int open = at - 1;
        int close = line.indexOf('\'', at);
        if (close < 0) {
            throw unclosed("'", open);
        }
        String quoted = line.substring(at, close);
        if (quoted.indexOf('\0') >= 0) {
            throw nul();
        }
        word.append(quoted);
        begun = true;
        at = close + 1;
    }

    private void doubleQuotes() throws CommandLineException {
        int open = at - 1;
        begun = true;
        while (at < line.length()) {
            char c = line.charAt(at++);
            if (c == '"') {
                return;
            } else if (c == '\0') {
                throw nul();
            } else if (c == '`' || (c == '$' && expands(EXPANDED))) {
                throw new CommandLineException("'" + expansion(c) + "' at character " + at
                        + " would be replaced by a shell even in double quotes, and no shell runs this; use single quotes to"
                        + " pass it on as it is, or wrap it in sh -c '...'");
            } else if (c == '\\' && at < line.length() && "$`\"\\\n".indexOf(line.charAt(at)) >= 0) {
                char escaped = line.charAt(at++);
                if (escaped != '\n') {
                    word.append(escaped);
                }
            } else {
                word.append(c);
            }
        }
        throw unclosed("\"", open);
    }

    private void escaped() throws CommandLineException {
        if (at == line.length()) {
            throw new CommandLineException(
                    "ends with a backslash, which quotes the next character; remove it, or double it");
        }
        char c = line.charAt(at++);
        if (c == '\0') {
            throw nul();
        }
        if (c != '\n') {
            append(c);
        }
    }

    private void append(char c) {
        word.append(c);
        begun = true;
    }

    private void endWord() {
        if (begun) {
            words.add(word.toString());
            word.setLength(0);
            begun = false;
        }
    }

    /** Whether the dollar sign before this place is more than a dollar sign. */
    private boolean expands(String before) {
        return at < line.length() && before.indexOf(line.charAt(at)) >= 0;
    }

    private CommandLineException operator(char c) {
        int end = at;
        while (end < line.length() && line.charAt(end) == c && "|&;<>".indexOf(c) >= 0) {
            end++;
        }
        String operator = line.substring(at - 1, end);
        String remedy = switch (operator) {
            case "&&", ";" -> "; write a list with one command an item, or wrap it in sh -c '...'";
            case "||" -> "; wrap it in sh -c '...', or set on_error: continue where a failure does not matter";
            default -> REMEDY;
        };
        return new CommandLineException(
                "'" + operator + "' at character " + at + " is a shell operator, and no shell runs this" + remedy);
    }

    private String expansion(char c) {
        if (c == '`') {
            return "`";
        }
        int end = at + 1;
        while (line.charAt(at) != '(' && end < line.length() && NAME.indexOf(line.charAt(end)) >= 0) {
            end++;
        }
        return line.substring(at - 1, end);
    }

    private CommandLineException refused(String what, String why) {
        return new CommandLineException("'" + what + "' at character " + at + " " + why + REMEDY);
    }

    private static CommandLineException unclosed(String quote, int open) {
        return new CommandLineException(
                "the quote " + quote + " at character " + (open + 1) + " is never closed; add the closing quote");
    }

    private static CommandLineException nul() {
        return new CommandLineException("holds a NUL character, which no argument can; remove it");
    }
}
