package io.doksnap.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Links between the pages lead somewhere, also those to a heading; and tables have as many cells in every row. */
class LinksTest {
    private static final Pattern LINK = Pattern.compile("\\[[^\\]]*\\]\\(([^)\\s]+)\\)");
    private static final Pattern CODE = Pattern.compile("(?ms)^ *```.*?^ *```|`[^`\n]*`");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ +(.+?) *$");

    @Test
    void everyLinkLeadsToAFileAndAHeadingThatAreThere() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path page : pages()) {
            Matcher link = LINK.matcher(withoutCode(Files.readString(page)));
            while (link.find()) {
                if (!link.group(1).matches("[a-z]+:.*|NNNN.*") && !leadsSomewhere(page, link.group(1))) {
                    broken.add(page + ": " + link.group(1));
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void everyRowOfATableHasAsManyCellsAsItsHead() throws IOException {
        List<String> odd = new ArrayList<>();
        for (Path page : pages()) {
            int cells = 0;
            for (String line : withoutCode(Files.readString(page)).lines().toList()) {
                int here = line.startsWith("|") ? line.replace("\\|", "").split("\\|", -1).length : 0;
                if (cells > 0 && here > 0 && here != cells) {
                    odd.add(page + ": " + line);
                }
                cells = here;
            }
        }
        assertThat(odd).isEmpty();
    }

    @Test
    void headingsAreNamedAsTheyAreOnTheWeb() {
        assertThat(anchors("# A `label`, and more: _it's_ here\n## Two\n## Two\n"))
                .containsExactly("a-label-and-more-its-here", "two", "two-1");
    }

    private static boolean leadsSomewhere(Path page, String link) throws IOException {
        String[] parts = link.split("#", 2);
        Path to = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).normalize();
        if (!Files.exists(to)) {
            return false;
        }
        return parts.length == 1 || anchors(Files.readString(to)).contains(parts[1]);
    }

    /** As GitHub and others make them. */
    private static Set<String> anchors(String text) {
        Set<String> anchors = new LinkedHashSet<>();
        Matcher heading = HEADING.matcher(text.replaceAll("(?ms)^ *```.*?^ *```", ""));
        while (heading.find()) {
            String words = heading.group(1).replaceAll("\\[([^\\]]*)\\]\\([^)]*\\)", "$1");
            String anchor = words.toLowerCase(Locale.ROOT)
                    .replaceAll("(^|\\W)_|_(\\W|$)", "$1$2")
                    .replaceAll("[^\\p{L}\\p{N} _-]", "")
                    .replace(' ', '-');
            for (int again = 1; !anchors.add(anchor); again++) {
                anchor = anchor.replaceAll("-\\d+$", "") + "-" + again;
            }
        }
        return anchors;
    }

    private static String withoutCode(String text) {
        return CODE.matcher(text).replaceAll("");
    }

    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>();
        for (String top : List.of(".", "docs", "deploy", "dev", "helm", "operator", "bench", "crd")) {
            try (Stream<Path> files = Files.walk(Path.of(top), top.equals(".") ? 1 : 9)) {
                files.filter(file -> file.toString().endsWith(".md"))
                        .map(Path::normalize)
                        .forEach(pages::add);
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
        }
        return pages;
    }
}
