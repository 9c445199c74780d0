package io.doksnap.app;

import io.doksnap.app.objects.ClientObjects;
import io.doksnap.operator.HostLease;
import io.doksnap.run.DataDirectory;
import io.doksnap.run.DataDirectory.DataDirectoryException;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits until nobody else is at work: with the data directory, as a new version is often started before the old one is stopped; or as the same host. */
final class StandBy {
    private static final Logger LOG = LoggerFactory.getLogger(StandBy.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration LEASE_PAUSE = Duration.ofSeconds(2);

    /** Looks at a Lease: what cannot be brought back now, as the engine is not there yet, is tried again after half a minute. */
    private static final int MEANWHILE_EVERY = 15;

    /** Answers of an API that is only busy: 408, 429. */
    private static final Set<Integer> LATER = Set.of(HttpURLConnection.HTTP_CLIENT_TIMEOUT, 429);

    private StandBy() {}

    /**
     * Takes the Lease of this host as soon as it is free; false when somebody wanted the program to end before that.
     *
     * @param meanwhile run before it waits, and now and then while it does
     */
    static boolean take(HostLease lease, StatusService status, StopSignal stop, Runnable meanwhile)
            throws CommandException, DataDirectoryException, InterruptedException {
        return take(lease::take, lease.namespace(), status, stop, meanwhile);
    }

    /** An attempt to take a Lease: says why that has to wait, or fails as the API says no, or does not answer. */
    interface Attempt {
        Optional<String> take() throws DataDirectoryException;
    }

    static boolean take(Attempt lease, String namespace, StatusService status, StopSignal stop, Runnable meanwhile)
            throws CommandException, DataDirectoryException, InterruptedException {
        String said = "";
        int looks = 0;
        do {
            String obstacle = obstacle(lease, namespace);
            if (obstacle.isEmpty()) {
                if (!said.isEmpty()) {
                    LOG.info("taking over");
                }
                return true;
            }
            if (looks++ % MEANWHILE_EVERY == 0) {
                meanwhile.run();
            }
            if (!said.equals(obstacle)) {
                LOG.info("standing by: {}", obstacle);
                status.standBy("another one may be at work: " + obstacle);
                said = obstacle;
            }
        } while (!stop.awaits(LEASE_PAUSE));
        return false;
    }

    /** An API that is away may be on its way up; one that says no will say so again. */
    private static String obstacle(Attempt lease, String namespace) throws CommandException, DataDirectoryException {
        try {
            return lease.take().orElse("");
        } catch (KubernetesClientException e) {
            if (e.getCode() != 0
                    && e.getCode() < HttpURLConnection.HTTP_INTERNAL_ERROR
                    && !LATER.contains(e.getCode())) {
                throw new CommandException(
                        ExitCode.FAILED,
                        "the Lease of this host in the namespace " + namespace + " cannot be had: "
                                + ClientObjects.message(e)
                                + "; the account needs the verbs get, list, create, update and delete for leases"
                                + " there");
            }
            return "the API does not answer (" + ClientObjects.message(e) + "), which is tried again";
        }
    }

    /** Takes the directory as soon as it is free; empty when somebody wanted the program to end before that. */
    static Optional<DataDirectory> take(Path directory, StatusService status, StopSignal stop)
            throws DataDirectoryException, InterruptedException {
        boolean said = false;
        try (Sign sign = new Sign(directory)) {
            do {
                try {
                    DataDirectory data = DataDirectory.open(directory);
                    sign.forgetKilled();
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
                shown = SignOfLife.start(() -> true);
                Health.noteStandBy(directory, Optional.of(shown.uri()));
            } catch (IOException e) {
                LOG.warn("health checks take this one for dead while it stands by: {}", e.toString());
            }
        }

        /** What one left that stood by and was killed: its port may be anybody's now. */
        void forgetKilled() {
            try {
                Health.noteStandBy(directory, Optional.empty());
            } catch (IOException e) {
                LOG.debug("what a killed one left is not taken away: {}", e.toString());
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
