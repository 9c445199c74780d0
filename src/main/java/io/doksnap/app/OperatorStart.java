package io.doksnap.app;

import io.doksnap.run.Cancellation;
import io.doksnap.run.DataDirectory;
import java.nio.file.Path;
import java.time.Duration;

/** Patience with an operator that has taken its data directory and does not answer yet: it is on its way up for a second or two. */
final class OperatorStart {
    private static final Duration PAUSE = Duration.ofMillis(250);
    private static final int MOST_LOOKS = 20;

    private final Path directory;
    private final Runnable pause;
    private int looks;

    OperatorStart(Path directory) {
        this(directory, () -> {
            boolean ignored = new Cancellation().awaits(PAUSE);
        });
    }

    OperatorStart(Path directory, Runnable pause) {
        this.directory = directory;
        this.pause = pause;
    }

    /** Whether it has begun its work: what it is asked from now on, it knows. */
    boolean isOver() {
        return QuickStatus.isThere(directory);
    }

    /** True, a moment later, where somebody is there, so that it is worth another try; false where nobody is, or it takes too long. */
    boolean awaits() {
        if (looks == MOST_LOOKS || !DataDirectory.isHeld(directory)) {
            return false;
        }
        looks++;
        pause.run();
        return true;
    }

    /** What to say after a try that failed: where somebody holds the directory, starting an operator is no remedy. */
    CommandException explain(CommandException failure) {
        return failure.exitCode() == ExitCode.BUSY && DataDirectory.isHeld(directory)
                ? new CommandException(
                        ExitCode.BUSY,
                        "another doksnap is at work with " + directory
                                + " and does not answer yet: an operator that is still starting or stands by, or a command; try again in a moment")
                : failure;
    }
}
