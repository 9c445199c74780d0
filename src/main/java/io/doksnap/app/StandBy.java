package io.doksnap.app;

import io.doksnap.run.DataDirectory;
import io.doksnap.run.DataDirectory.DataDirectoryException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
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
        try (Sign sign = new Sign(directory)) {
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
                        if (status.uri().isEmpty()) {
                            sign.show();
                        }
                        said = true;
                    }
                }
            } while (!stop.awaits(PAUSE));
        }
        return Optional.empty();
    }

    /** Whoever stands by where there is no status server is asked by health checks all the same. */
    private static final class Sign implements AutoCloseable {
        private final Path directory;
        private @Nullable SignOfLife shown;

        Sign(Path directory) {
            this.directory = directory;
        }

        void show() {
            try {
                shown = SignOfLife.start();
                Health.noteStandBy(directory, Optional.of(shown.uri()));
            } catch (IOException e) {
                LOG.warn("health checks take this one for dead while it stands by: {}", e.toString());
            }
        }

        @Override
        public void close() {
            if (shown == null) {
                return;
            }
            try (SignOfLife ended = shown) {
                LOG.debug("{} is answered no more", ended.uri());
                Health.noteStandBy(directory, Optional.empty());
            } catch (IOException e) {
                LOG.debug("the sign of life is not taken away: {}", e.toString());
            }
        }
    }
}
