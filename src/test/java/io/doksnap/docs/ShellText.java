package io.doksnap.docs;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The commands of a few lines of shell, as far as guides use it: quotes, pipes, lists, subshells, redirections, here-documents. */
final class ShellText {
    private static final Pattern HERE = Pattern.compile("<<-?'?([A-Z]+)'?");
    private static final Pattern ASSIGNMENT = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*=.*", Pattern.DOTALL);

    private final List<Simple> commands = new ArrayList<>();
    private final List<String> words = new ArrayList<>();
    private StringBuilder word = new StringBuilder();
    private boolean inWord;

    private ShellText() {}

    /**
     * A command with its arguments, without variables before it and redirections.
     *
     * @param input the here-document that it reads; empty where there is none
     */
    record Simple(List<String> words, String input) {}

    /** In their order, also those within {@code $(...)}, without empty ones. */
    static List<Simple> commands(String text) {
        List<Simple> commands = new ArrayList<>();
        String[] lines = text.replace("\\\n", " ").split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            StringBuilder input = new StringBuilder();
            Matcher here = HERE.matcher(lines[i]);
            String line = lines[i];
            if (here.find()) {
                String end = here.group(1);
                line = here.replaceAll("");
                for (i++; !lines[i].equals(end); i++) {
                    input.append(lines[i]).append('\n');
                }
            }
            for (Simple simple : new ShellText().read(line)) {
                commands.add(new Simple(simple.words(), input.toString()));
            }
        }
        return commands;
    }

    private List<Simple> read(String line) {
        char quote = 0;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            boolean substitution = quote != '\'' && line.startsWith("$(", i);
            if (quote != 0 && c == quote) {
                quote = 0;
            } else if (substitution) {
                // What it prints is one word, or a part of one.
                word.append("OUTPUT");
                inWord = true;
                i = substituted(line, i + 2);
            } else if (quote != 0) {
                word.append(c);
            } else if (c == '\'' || c == '"') {
                quote = c;
                inWord = true;
            } else if (c == '#' && !inWord) {
                break;
            } else if (Character.isWhitespace(c)) {
                endWord();
            } else if ("|&;()".indexOf(c) >= 0) {
                endCommand();
            } else if (c == '<' || c == '>') {
                i = redirected(line, i);
            } else {
                word.append(c);
                inWord = true;
            }
        }
        endCommand();
        return commands;
    }

    /** Reads the commands within, and gives the place of the closing bracket. */
    private int substituted(String line, int begin) {
        int depth = 1;
        int end = begin;
        for (; depth > 0; end++) {
            depth += line.charAt(end) == '(' ? 1 : line.charAt(end) == ')' ? -1 : 0;
        }
        commands.addAll(new ShellText().read(line.substring(begin, end - 1)));
        return end - 1;
    }

    private int redirected(String line, int at) {
        if (word.toString().matches("[0-9]")) {
            word.setLength(0);
            inWord = false;
        }
        endWord();
        Matcher target =
                Pattern.compile("[<>]+(&[0-9]| *[^\\s;|&()]+)").matcher(line).region(at, line.length());
        return target.lookingAt() ? target.end() - 1 : at;
    }

    private void endWord() {
        if (inWord) {
            words.add(word.toString());
            word = new StringBuilder();
            inWord = false;
        }
    }

    private void endCommand() {
        endWord();
        int first = 0;
        while (first < words.size() && ASSIGNMENT.matcher(words.get(first)).matches()) {
            first++;
        }
        if (first < words.size()) {
            commands.add(new Simple(List.copyOf(words.subList(first, words.size())), ""));
        }
        words.clear();
    }
}
