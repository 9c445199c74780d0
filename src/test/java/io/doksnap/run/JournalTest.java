package io.doksnap.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.run.JournalEntry.Kind;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
    private static final PolicyName SHOP = new PolicyName("default", "shop");

    @TempDir
    private Path directory;

    @Test
    void attemptThatBeginsAgainLeavesWhatItHadLeftBefore() throws Exception {
        try (DataDirectory data = DataDirectory.open(directory)) {
            Journal.of(data, SHOP, "0000000a").put(entry("db"));
            Journal again = Journal.of(data, SHOP, "0000000a");
            again.put(entry("web"));
            assertThat(Journal.left(data))
                    .hasSize(2)
                    .allMatch(file -> Journal.runId(file).equals("0000000a"));
            assertThat(Journal.ids(data).orElseThrow()).containsExactlyInAnyOrder("id-db", "id-web");

            again.remove(entry("web"));
            assertThat(Journal.ids(data).orElseThrow()).containsExactly("id-db");
        }
    }

    private static JournalEntry entry(String name) {
        return new JournalEntry(
                Kind.CONTAINER,
                name,
                "id-" + name,
                JournalEntry.Action.STOP,
                JournalEntry.Stage.ANNOUNCED,
                "",
                Instant.EPOCH,
                10,
                0,
                0,
                "");
    }
}
