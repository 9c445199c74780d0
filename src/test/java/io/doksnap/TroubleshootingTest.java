package io.doksnap;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.api.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The tables in docs/troubleshooting.md are complete and true. */
class TroubleshootingTest {
    private static final Path DOCUMENT = Path.of("docs/troubleshooting.md");

    /** A row: the reason, what it means, and what to do. */
    private static final Pattern ROW = Pattern.compile("\\| `([A-Za-z]+)` \\|([^|]+)\\|([^|]+)\\|");

    @Test
    void everyReasonHasOneEntryAndEveryEntryIsAReason() throws IOException {
        List<String> entries = rows().stream().map(row -> row.group(1).strip()).toList();
        List<String> reasons =
                Arrays.stream(Reason.values()).map(Reason::toString).toList();
        assertThat(entries).containsExactlyInAnyOrderElementsOf(reasons);
    }

    @Test
    void everyEntrySaysWhatItMeansAndWhatToDo() throws IOException {
        assertThat(rows()).allSatisfy(row -> {
            assertThat(row.group(2)).as("what %s means", row.group(1)).isNotBlank();
            assertThat(row.group(3)).as("what to do about %s", row.group(1)).isNotBlank();
        });
    }

    private static List<Matcher> rows() throws IOException {
        return Files.readAllLines(DOCUMENT).stream()
                .filter(line -> line.startsWith("| `"))
                .map(TroubleshootingTest::row)
                .toList();
    }

    private static Matcher row(String line) {
        Matcher row = ROW.matcher(line);
        assertThat(row.matches()).as("three cells in %s", line).isTrue();
        return row;
    }
}
