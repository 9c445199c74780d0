package io.doksnap.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuickStatusIT {
    private static final int NOBODY = 69;

    @TempDir
    Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void whatTheOperatorPrintsIsPrintedWithItsCode() throws Exception {
        // A file that an operator left that was killed.
        Files.writeString(directory.resolve("status.sock"), "");
        try (Closeable listening = QuickStatus.listen(directory, QuickStatusIT::report)) {
            assertThat(listening).isInstanceOf(LocalSocket.class);
            assertThat(ask()).isEqualTo(1);
            assertThat(out.toString(UTF_8)).isEqualTo("NAME\nöl\n");
            assertThat(err.toString(UTF_8)).isEqualTo("warning: öl: not well" + System.lineSeparator());
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("status.sock"))))
                    .isEqualTo("rw-------");
        }
        assertThat(directory.resolve("status.sock")).doesNotExist();
    }

    @Test
    void withoutAnOperatorNothingIsPrinted() throws IOException {
        assertThat(ask()).isEqualTo(NOBODY);
        Files.writeString(directory.resolve("status.sock"), "");
        assertThat(ask()).isEqualTo(NOBODY);
        assertThat(out.toString(UTF_8) + err.toString(UTF_8)).isEmpty();
    }

    @Test
    void operatorThatFailsToTellIsNotMistakenForOneThatIsWell() throws Exception {
        try (Closeable listening = QuickStatus.listen(directory, console -> {
            throw new IllegalStateException("no");
        })) {
            assertThat(listening).isInstanceOf(LocalSocket.class);
            assertThat(ask()).isEqualTo(NOBODY);
        }
    }

    private int ask() {
        return QuickStatus.ask(directory, new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
    }

    private static int report(Console console) {
        console.out().print("NAME\nöl\n");
        console.warn("öl: not well");
        return 1;
    }
}
