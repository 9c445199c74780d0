package io.doksnap.docs;

import java.util.List;
import java.util.Locale;

/** Writes a page of the reference in Markdown. */
public final class Page {
    private final StringBuilder text = new StringBuilder();

    public Page(String title, String source) {
        text.append("# ").append(title).append("\n\n");
        text.append("<!-- Written from ").append(source);
        text.append(". Write it anew with ./mvnw test -Dtest=ReferenceTest -Ddocs.write=true -->\n");
    }

    public Page section(String title) {
        text.append("\n## ").append(title).append('\n');
        return this;
    }

    public Page paragraph(String words) {
        if (!words.isBlank()) {
            text.append('\n').append(words.strip()).append('\n');
        }
        return this;
    }

    public Page block(String language, String lines) {
        text.append("\n```").append(language).append('\n').append(lines.strip()).append("\n```\n");
        return this;
    }

    /** A table; of a cell that is empty everywhere, the column is left out. */
    public Page table(List<String> heads, List<List<String>> rows) {
        List<Integer> columns = java.util.stream.IntStream.range(0, heads.size())
                .filter(i -> rows.stream().anyMatch(row -> !row.get(i).isBlank()))
                .boxed()
                .toList();
        text.append('\n');
        row(columns.stream().map(heads::get).toList());
        text.append("|---".repeat(columns.size())).append("|\n");
        rows.forEach(cells -> row(columns.stream().map(cells::get).toList()));
        return this;
    }

    private void row(List<String> cells) {
        cells.forEach(cell -> text.append("| ").append(cell(cell)).append(' '));
        text.append("|\n");
    }

    private static String cell(String words) {
        String line = words.strip().replaceAll("\\s+", " ").replace("|", "\\|");
        StringBuilder cell = new StringBuilder();
        boolean code = false;
        for (String part : line.split("`", -1)) {
            cell.append(cell.isEmpty() && !code ? "" : "`");
            cell.append(code ? part : part.replace("*", "\\*").replace("<", "\\<"));
            code = !code;
        }
        return cell.toString();
    }

    /** Words as code; nothing stays nothing. */
    public static String code(String words) {
        return words.isEmpty() ? "" : "`" + words + "`";
    }

    /** A sentence that begins small and ends without a full stop, as cells do. */
    public static String cellOf(String sentence) {
        String words = sentence.strip().replaceAll("\\s+", " ").replaceAll("[.]$", "");
        boolean name = words.length() > 1 && Character.isUpperCase(words.charAt(1));
        return words.isEmpty() || name ? words : words.substring(0, 1).toLowerCase(Locale.ROOT) + words.substring(1);
    }

    public String text() {
        return text.toString();
    }
}
