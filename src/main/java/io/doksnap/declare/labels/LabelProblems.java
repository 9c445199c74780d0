package io.doksnap.declare.labels;

import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with the labels of one policy: bounded, and each on one line, whatever the labels hold. */
final class LabelProblems {
    private static final int MOST = 20;
    private static final int LONGEST = 600;

    private final List<String> texts = new ArrayList<>();
    private int more;

    /**
     * Adds one.
     *
     * @param label the whole key
     */
    void add(String label, String message) {
        String text = clean(label, LONGEST / 4) + ": " + clean(message, LONGEST);
        if (texts.contains(text)) {
            return;
        }
        if (texts.size() < MOST) {
            texts.add(text);
        } else {
            more++;
        }
    }

    List<String> all() {
        List<String> all = new ArrayList<>(texts);
        if (more > 0) {
            all.add("doksnap: " + more + " more of its labels make no sense; correct these first");
        }
        return all;
    }

    boolean isEmpty() {
        return texts.isEmpty();
    }

    /** One line of a bearable length: its middle goes, since the end holds the remedy. */
    static String clean(String text, int longest) {
        String cut = text.length() <= longest
                ? text
                : text.substring(0, longest / 2) + " ... " + text.substring(text.length() - longest / 2);
        StringBuilder line = new StringBuilder(cut.length());
        cut.codePoints()
                .map(c -> Character.isISOControl(c)
                                || Character.getType(c) == Character.SURROGATE
                                || Character.getType(c) == Character.LINE_SEPARATOR
                                || Character.getType(c) == Character.PARAGRAPH_SEPARATOR
                                || Character.getType(c) == Character.FORMAT
                        ? '?'
                        : c)
                .forEach(line::appendCodePoint);
        return line.toString();
    }
}
