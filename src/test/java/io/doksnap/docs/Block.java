package io.doksnap.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A fenced block of a guide.
 *
 * @param line that of its first line, counted from 1
 * @param marker why nothing runs or checks it, or the test that runs it: the comment before it, or under the page's title
 */
record Block(Path file, int line, String language, String text, Optional<Marker> marker) {
    private static final Pattern FENCE = Pattern.compile(" *```([a-z]*)");
    private static final Pattern MARKER = Pattern.compile("<!-- (not run|run by): (\\S.*) -->");

    /** {@code <!-- not run: why -->} or {@code <!-- run by: TestClass -->}. */
    record Marker(boolean run, String words) {}

    /** Of the README and all guides. */
    static List<Block> all() throws IOException {
        List<Block> blocks = new ArrayList<>(of(Path.of("README.md")));
        try (Stream<Path> files = Files.walk(Path.of("docs"))) {
            for (Path file :
                    files.filter(f -> f.toString().endsWith(".md")).sorted().toList()) {
                blocks.addAll(of(file));
            }
        }
        return blocks;
    }

    static List<Block> of(Path file) throws IOException {
        List<Block> blocks = new ArrayList<>();
        List<String> lines = Files.readAllLines(file);
        Optional<Marker> ofPage = marker(lines.subList(0, Math.min(3, lines.size())));
        for (int i = 0; i < lines.size(); i++) {
            Matcher fence = FENCE.matcher(lines.get(i));
            if (fence.matches()) {
                int end = i + 1;
                while (!lines.get(end).strip().equals("```")) {
                    end++;
                }
                String text = String.join("\n", lines.subList(i + 1, end)) + "\n";
                blocks.add(new Block(
                        file,
                        i + 2,
                        fence.group(1),
                        text,
                        marker(lines.subList(0, i)).or(() -> ofPage)));
                i = end;
            }
        }
        return blocks;
    }

    private static Optional<Marker> marker(List<String> before) {
        for (int i = before.size() - 1; i >= 0; i--) {
            Matcher marker = MARKER.matcher(before.get(i).strip());
            if (marker.matches()) {
                return Optional.of(new Marker(marker.group(1).equals("run by"), marker.group(2)));
            }
            if (!before.get(i).isBlank()) {
                break;
            }
        }
        return Optional.empty();
    }

    @Override
    public String toString() {
        return file + ":" + line;
    }
}
