package io.doksnap.declare.offen;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/moving-from-offen.md says what the program does with each variable and label. */
class OffenDocumentTest {
    private static final Path DOCUMENT = Path.of("docs/moving-from-offen.md");

    @Test
    void tableOfVariablesIsThatOfTheProgram() throws IOException {
        isInDocument(
                "| variable | here | |\n|---|---|---|\n",
                Arrays.stream(OffenVariable.values())
                        .map(each -> row(each.name(), each.fate(), each.ours(), each.remark()))
                        .collect(Collectors.joining()));
    }

    @Test
    void tableOfLabelsIsThatOfTheProgram() throws IOException {
        isInDocument(
                "| label | here | |\n|---|---|---|\n",
                Arrays.stream(OffenLabel.values())
                        .map(each -> row(each.label(), each.fate(), each.ours(), each.remark()))
                        .collect(Collectors.joining()));
    }

    private static String row(String name, Fate fate, String ours, String remark) {
        String here = switch (fate) {
            case CARRIED -> ours.isEmpty() ? "carried out" : ours;
            case NEEDLESS -> "not needed";
            case LOST -> "**no counterpart**";
        };
        return "| `" + name + "` | " + here + " | " + remark + " |\n";
    }

    private static void isInDocument(String head, String rows) throws IOException {
        String text = Files.readString(DOCUMENT);
        int begin = text.indexOf(head) + head.length();
        int end = text.indexOf("\n\n", begin) + 1;
        if (Boolean.getBoolean("labels.write")) {
            text = text.substring(0, begin) + rows + text.substring(end);
            Files.writeString(DOCUMENT, text);
            end = begin + rows.length();
        }
        assertThat(text.substring(begin, end))
                .as("write it anew with ./mvnw test -Dtest=OffenDocumentTest -Dlabels.write=true")
                .isEqualTo(rows);
    }
}
