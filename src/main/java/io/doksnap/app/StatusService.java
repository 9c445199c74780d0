package io.doksnap.app;

import io.doksnap.api.Backup;
import io.doksnap.api.BackupPolicy;
import io.doksnap.api.Snapshot;
import io.doksnap.declare.Secret;
import io.doksnap.declare.StatusServerSettings;
import io.doksnap.operator.Operator;
import io.doksnap.status.OperatorState;
import io.doksnap.status.OperatorState.Phase;
import io.doksnap.status.StatusServer;
import io.doksnap.status.StatusServerException;
import io.doksnap.status.StatusSettings;
import io.doksnap.status.StatusSource;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The status server of a configuration, from the start of the program to its end: it answers before there is an operator, while another
 * process is at work, and while the own operator stops. Begun and closed by one thread; may be told from any.
 */
final class StatusService implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StatusService.class);

    private final StatusServerSettings settings;
    private final Clock clock;
    private final Known known = new Known();
    private @Nullable StatusServer server;
    private @Nullable SignOfLife sign;

    /** Of these settings; nothing listens before it is told to. */
    StatusService(StatusServerSettings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
    }

    /** Listens, where that is enabled and not done yet. */
    void listen() throws StatusServerException {
        if (settings.enabled() && server == null) {
            server = StatusServer.start(
                    known, new StatusSettings(settings.bind(), settings.port(), key(settings), Version.text(), clock));
        }
    }

    /** Where it listens, for others on this machine; empty where it does not. */
    Optional<URI> uri() {
        return Optional.ofNullable(server).map(listening -> ApiAddress.of("http", settings.bind(), listening.port()));
    }

    /** Where health checks on this machine ask; where there is no status server, a port that takes connections for as long as a new start would not help. */
    URI healthAddress() throws IOException {
        Optional<URI> listening = uri();
        if (listening.isPresent()) {
            return listening.get();
        }
        if (sign == null) {
            sign = SignOfLife.start(() -> known.operator().phase() != Phase.FAILED);
        }
        return sign.uri();
    }

    /** Another process is at work. Where that is on the same host it has the port, too, so listening may have to wait. */
    void standBy(String message) {
        say(Phase.STANDBY, message);
        try {
            listen();
        } catch (StatusServerException e) {
            LOG.warn("{}; tried again before the work begins", e.getMessage());
        }
    }

    private static Optional<StatusSettings.KeySource> key(StatusServerSettings settings) {
        Optional<Secret> key = settings.requireAuth() ? settings.apiKey() : Optional.empty();
        return key.map(secret -> secret::line);
    }

    /** There is no operator, or no more, and why. */
    void say(Phase phase, String message) {
        known.instead = new OperatorState(phase, message, 0, 0, OptionalInt.empty());
    }

    /**
     * From now on, what this operator knows is what is told.
     *
     * @param unprotected how many workloads have data and no policy, where that is known; answers from memory
     */
    void follow(Operator operator, Supplier<OptionalInt> unprotected) {
        known.unprotected = unprotected;
        known.operator = operator;
        known.instead = null;
    }

    /** Gives the port back. */
    void stopListening() {
        if (server != null) {
            server.close();
            server = null;
        }
        if (sign != null) {
            sign.close();
            sign = null;
        }
    }

    @Override
    public void close() {
        stopListening();
    }

    /** What there is to tell at this moment. */
    private static final class Known implements StatusSource {
        private volatile @Nullable Operator operator;
        private volatile Supplier<OptionalInt> unprotected = OptionalInt::empty;
        private volatile @Nullable OperatorState instead =
                new OperatorState(Phase.STARTING, "starting", 0, 0, OptionalInt.empty());

        @Override
        public List<BackupPolicy> policies() {
            return from(Operator::policies);
        }

        @Override
        public List<Backup> backups() {
            return from(Operator::backups);
        }

        @Override
        public List<Snapshot> snapshots() {
            return from(Operator::snapshots);
        }

        private <T> List<T> from(Function<Operator, List<T>> list) {
            Operator asked = operator;
            return asked == null ? List.of() : list.apply(asked);
        }

        @Override
        public OperatorState operator() {
            OperatorState said = instead;
            Operator asked = operator;
            if (said != null || asked == null) {
                return said == null ? new OperatorState(Phase.STARTING, "", 0, 0, OptionalInt.empty()) : said;
            }
            // It was ready before it was followed.
            boolean ready = asked.ready();
            return new OperatorState(
                    ready ? Phase.READY : Phase.FAILED,
                    ready ? "" : "the API no longer tells what changes; start it again",
                    asked.activeRuns(),
                    asked.waitingRuns(),
                    unprotected.get());
        }
    }
}
