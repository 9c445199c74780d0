package io.doksnap.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.run.DataDirectory;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long a command waits for an operator; no time passes. */
class OperatorStartTest {
    private final CommandException nobody = new CommandException(ExitCode.BUSY, "start the operator once");

    @TempDir
    private Path directory;

    private final AtomicInteger pauses = new AtomicInteger();

    @Test
    void whereNobodyHoldsTheDirectoryNobodyIsWaitedFor() {
        OperatorStart start = start();
        assertThat(start.awaits()).isFalse();
        assertThat(start.explain(nobody)).isSameAs(nobody);
    }

    @Test
    void whoeverHoldsTheDirectoryMayBeStartingForAWhile() throws IOException {
        OperatorStart start = start();
        try (DataDirectory held = DataDirectory.open(directory)) {
            while (start.awaits()) {
                assertThat(pauses).hasValueLessThan(100);
            }
            assertThat(pauses).hasValue(20);
            assertThat(start.explain(nobody))
                    .hasMessageContainingAll("another doksnap is at work with " + held.path(), "try again")
                    .hasMessageNotContaining("start the operator")
                    .extracting(CommandException::exitCode)
                    .isEqualTo(ExitCode.BUSY);
        }
    }

    @Test
    void operatorIsUpWhenItTellsItsStatus() throws IOException {
        OperatorStart start = start();
        assertThat(start.isOver()).isFalse();
        try (DataDirectory held = DataDirectory.open(directory);
                Closeable listening = QuickStatus.listen(held.path(), console -> ExitCode.OK)) {
            assertThat(listening).isInstanceOf(LocalSocket.class);
            assertThat(start.isOver()).isTrue();
        }
    }

    @Test
    void otherFailuresAreSaidAsTheyAre() throws IOException {
        CommandException refused = new CommandException(ExitCode.FAILED, "the API refuses");
        try (DataDirectory held = DataDirectory.open(directory)) {
            assertThat(new OperatorStart(held.path()).explain(refused)).isSameAs(refused);
        }
    }

    private OperatorStart start() {
        return new OperatorStart(directory, pauses::incrementAndGet);
    }
}
