package io.doksnap.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.app.CommandReference;
import io.doksnap.declare.ConfigReference;
import io.doksnap.status.MetricsReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The pages of docs/reference/ are what the program is. */
class ReferenceTest {

    private enum Document {
        CLI,
        CONFIG,
        METRICS,
        RESOURCES;

        Path file() {
            return Path.of("docs/reference", name().toLowerCase(java.util.Locale.ROOT) + ".md");
        }

        String text() throws IOException {
            return switch (this) {
                case CLI -> CommandReference.page();
                case CONFIG -> ConfigReference.page();
                case METRICS -> MetricsReference.page();
                case RESOURCES -> ResourceReference.page();
            };
        }
    }

    @ParameterizedTest
    @EnumSource(Document.class)
    void pageIsWrittenFromTheProgram(Document page) throws IOException {
        String text = page.text();
        if (Boolean.getBoolean("docs.write")) {
            Files.createDirectories(Path.of("docs/reference"));
            Files.writeString(page.file(), text);
        }
        assertThat(page.file())
                .as("write it anew with ./mvnw test -Dtest=ReferenceTest -Ddocs.write=true")
                .content()
                .isEqualTo(text);
    }
}
