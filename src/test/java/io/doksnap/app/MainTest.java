package io.doksnap.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import org.junit.jupiter.api.Test;

/** What the way past the parser leaves to it. */
class MainTest {
    @Test
    void configurationWhoseNameIsNoPathHereIsAMistakeInTheCommandLine() {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);

        int code = Main.execute(new Console(out, out, false), Clock.systemUTC(), "run", "no\0path.yaml");

        assertThat(code).isEqualTo(ExitCode.USAGE);
        assertThat(said.toString(StandardCharsets.UTF_8)).contains("FILE").doesNotContain("\tat ");
    }
}
