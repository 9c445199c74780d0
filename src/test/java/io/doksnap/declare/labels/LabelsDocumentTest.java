package io.doksnap.declare.labels;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.policy.AllowedPaths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/labels.md is what the program understands. */
class LabelsDocumentTest {
    private static final Path DOCUMENT = Path.of("docs/labels.md");
    private static final String BEGIN = "| label | example | what it says |\n|---|---|---|\n";
    private static final Labels LABELS = new Labels(ZoneOffset.UTC, AllowedPaths.usual(), false);

    /** A label that has a line of its own, as some forms take them. */
    private static final Pattern LINE = Pattern.compile("^(doksnap\\.[^=]+)=(.*)$", Pattern.MULTILINE);

    /** A label as the guide's other examples write it: in YAML, or on a command line. */
    private static final Pattern LABEL =
            Pattern.compile("(doksnap\\.[A-Za-z0-9_.*/-]+)(?:: *|=)(\"[^\"]*\"|'[^']*'|[^\\s\"']+)");

    @Test
    void tableIsThatOfTheProgram() throws IOException {
        String text = Files.readString(DOCUMENT);
        int begin = text.indexOf(BEGIN) + BEGIN.length();
        int end = text.indexOf("\n\n", begin) + 1;
        if (Boolean.getBoolean("labels.write")) {
            text = text.substring(0, begin) + table() + text.substring(end);
            Files.writeString(DOCUMENT, text);
            end = begin + table().length();
        }
        assertThat(text.substring(begin, end))
                .as("write it anew with ./mvnw test -Dtest=LabelsDocumentTest -Dlabels.write=true")
                .isEqualTo(table());
    }

    @Test
    void everyLabelOfTheExamplesIsUnderstood() throws IOException {
        List<String> blocks = blocks(Files.readString(DOCUMENT));
        assertThat(blocks).hasSizeGreaterThan(2);
        for (String block : blocks) {
            Map<String, String> labels = new HashMap<>();
            Matcher line = LINE.matcher(block);
            while (line.find()) {
                labels.put(line.group(1), line.group(2));
            }
            Matcher label = LABEL.matcher(labels.isEmpty() ? block : "");
            while (label.find()) {
                labels.put(label.group(1), label.group(2).replaceAll("^[\"']|[\"']$", ""));
            }
            assertThat(labels).as(block).isNotEmpty();
            assertThat(LABELS.read(Carrier.container("shop", labels)))
                    .as(block)
                    .isNotEmpty()
                    .allSatisfy(policy -> assertThat(policy.problems()).isEmpty());
        }
    }

    @Test
    void everyExampleOfTheTableIsAValueOfItsLabel() {
        for (LabelKey key : LabelKey.values()) {
            Map<String, String> labels =
                    new HashMap<>(Map.of("doksnap.volumes", "data", "doksnap.directories", "/srv/data"));
            if (key.key().startsWith("hooks.")) {
                labels.put("doksnap." + key.key().replaceAll("(hooks\\.[a-z]+).*", "$1"), "sync");
            }
            if (key == LabelKey.DUMP_USER) {
                labels.put("doksnap.dump", "postgres");
            }
            if (key == LabelKey.QUIESCE_WITH) {
                labels.put("doksnap.quiesce", "stop");
            }
            if (key == LabelKey.VERIFY_COMMAND) {
                labels.put("doksnap.verify.level", "drill");
            }
            labels.put("doksnap." + key.key().replace("NAME", "data"), key.example());
            assertThat(LABELS.read(Carrier.container("shop", labels)).get(0).problems())
                    .as(key.key())
                    .isEmpty();
        }
    }

    private static String table() {
        return Arrays.stream(LabelKey.values())
                .map(key -> "| `doksnap." + key.key() + "` | `" + key.example() + "` | " + key.meaning() + " |\n")
                .collect(Collectors.joining());
    }

    private static List<String> blocks(String text) {
        List<String> blocks = new ArrayList<>();
        Matcher block = Pattern.compile("```[a-z]*\\n(.*?)```", Pattern.DOTALL).matcher(text);
        while (block.find()) {
            blocks.add(block.group(1));
        }
        return blocks;
    }
}
