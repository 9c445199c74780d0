package io.doksnap.app;

import io.doksnap.run.DataDirectory;
import io.doksnap.run.DataDirectory.DataDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits until nobody else holds a data directory: a new version is often started before the old one is stopped. */
final class StandBy {
    private static final Logger LOG = LoggerFactory.getLogger(StandBy.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private StandBy() {}

    /** Takes the directory as soon as it is free; empty when somebody wanted the program to end before that. */
    static Optional<DataDirectory> take(Path directory, StatusService status, StopSignal stop)
            throws DataDirectoryException, InterruptedException {
        boolean said = false;
        do {
            try {
                DataDirectory data = DataDirectory.open(directory);
                if (said) {
                    LOG.info("taking over");
                }
                return Optional.of(data);
            } catch (DataDirectoryException e) {
                if (!e.isBusy()) {
                    throw e;
                }
                if (!said) {
                    LOG.info("standing by, and taking over when it ends: {}", e.getMessage());
                    status.standBy("another one is at work; this one takes over when it ends");
                    said = true;
                }
            }
        } while (!stop.awaits(PAUSE));
        return Optional.empty();
    }
}
