package io.doksnap.run.dump;

import java.util.List;

/** The last lines that a command printed, as that is where the cause stands. */
public final class LastWords {
    private static final int LAST_LINES = 3;
    private static final int LONGEST = 400;

    private LastWords() {}

    /** To be put behind a failure; empty where there are none. */
    public static String of(String output) {
        List<String> lines = output.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
        String last = String.join(" / ", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
        String end = last.length() > LONGEST ? "..." + last.substring(last.length() - LONGEST) : last;
        return end.isEmpty() ? "" : "; it said: " + end;
    }
}
