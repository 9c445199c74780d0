package io.doksnap.app;

import java.io.PrintStream;
import java.util.List;

/** Rows of text, set in columns as wide as they need to be. */
final class Columns {
    private static final int BETWEEN = 3;

    private Columns() {}

    /** Prints rows of the same length. */
    static void print(List<List<String>> rows, PrintStream out) {
        int[] widths = new int[rows.get(0).size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], Console.oneLine(row.get(i)).length());
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                String cell = Console.oneLine(row.get(i));
                line.append(cell).append(" ".repeat(widths[i] - cell.length() + BETWEEN));
            }
            out.println(line.toString().stripTrailing());
        }
    }
}
