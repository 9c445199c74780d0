package io.doksnap.status;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.doksnap.status.Gate.Refusal;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ServerSocketChannel;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The status HTTP server. However many clients there are and however slow they are, it has a fixed number of connections and threads, and a
 * connection ends with its time: so nothing of this takes anything from backups.
 */
public final class StatusServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StatusServer.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final int MOST_THREADS = 12;
    private static final int MOST_CONNECTIONS = 256;
    private static final Duration IDLE = Duration.ofSeconds(10);
    private static final Duration WHEN_FULL = Duration.ofSeconds(1);
    private static final Duration LONGEST_CONNECTION = Duration.ofMinutes(1);
    private static final int LARGEST_HEADERS = 8 << 10;

    private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
    private static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    private static final List<String> ENDPOINTS =
            List.of(Gate.HEALTH, Gate.READY, "/status", "/metrics", "/history", "/backups/{app}");

    private final StatusSource source;
    private final String version;
    private final Clock clock;
    private final Gate gate;
    private final StatusMetrics metrics;
    private final Javalin http;

    private StatusServer(StatusSource source, StatusSettings settings, ServerSocketChannel socket) {
        this.source = source;
        this.version = settings.version();
        this.clock = settings.clock();
        this.gate = new Gate(new ApiKey(settings.key()), new RequestLimit(clock));
        this.metrics = new StatusMetrics(source);
        this.http = Javalin.create(config -> configure(config, socket));
    }

    /**
     * Starts it.
     *
     * @throws StatusServerException when it cannot listen; the message says why and what to do
     */
    public static StatusServer start(StatusSource source, StatusSettings settings) throws StatusServerException {
        // Before everything else, so that what is in the way is known by its type.
        ServerSocketChannel socket = StatusSocket.listen(settings.address(), settings.port());
        StatusServer server = new StatusServer(source, settings, socket);
        server.http.start();
        LOG.info("status at http://{}:{}", settings.address(), server.port());
        return server;
    }

    /** The port that it listens on. */
    public int port() {
        return http.port();
    }

    @Override
    public void close() {
        http.stop();
        metrics.close();
    }

    private void configure(JavalinConfig config, ServerSocketChannel socket) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.startup.startupWatcherEnabled = false;
        config.http.prefer405over404 = false;
        config.http.generateEtags = false;
        QueuedThreadPool threads = new QueuedThreadPool(MOST_THREADS, 2);
        threads.setName("doksnap-status");
        threads.setDaemon(true);
        config.jetty.threadPool = threads;
        config.jetty.modifyHttpConfiguration(StatusServer::limit);
        config.jetty.addConnector((server, httpConfiguration) -> connector(server, httpConfiguration, socket));
        config.routes.before(this::admit);
        config.routes.get(Gate.HEALTH, this::health);
        config.routes.get(Gate.READY, this::ready);
        config.routes.get("/status", answer -> json(answer, StatusDocuments.status(Apps.of(source), clock.instant())));
        config.routes.get("/metrics", this::metrics);
        config.routes.get("/history", this::history);
        config.routes.get("/backups/{app}", this::backups);
        config.routes.exception(Exception.class, StatusServer::failed);
        for (HandlerType type : List.of(HandlerType.POST, HandlerType.PUT, HandlerType.PATCH, HandlerType.DELETE)) {
            config.routes.addHttpHandler(type, "/*", StatusServer::readOnly);
        }
        config.routes.error(404, StatusServer::unknown);
    }

    private static void limit(HttpConfiguration configuration) {
        configuration.setSendServerVersion(false);
        configuration.setSendXPoweredBy(false);
        configuration.setRequestHeaderSize(LARGEST_HEADERS);
    }

    private static Connector connector(Server server, HttpConfiguration configuration, ServerSocketChannel socket) {
        ServerConnector connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(configuration));
        connector.setIdleTimeout(IDLE.toMillis());
        try {
            connector.open(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        // Whoever sends a byte now and then is never idle.
        connector.addBean(new Connection.Listener() {
            @Override
            public void onOpened(Connection connection) {
                connector
                        .getScheduler()
                        .schedule(connection::close, LONGEST_CONNECTION.toMillis(), TimeUnit.MILLISECONDS);
            }
        });
        NetworkConnectionLimit limit = new NetworkConnectionLimit(MOST_CONNECTIONS, connector);
        limit.setEndPointIdleTimeout(WHEN_FULL.toMillis());
        server.addBean(limit);
        return connector;
    }

    private void admit(Context request) {
        Optional<Refusal> refusal = gate.check(request);
        if (refusal.isPresent()) {
            request.status(refusal.get().status());
            json(request, StatusDocuments.error(refusal.get().message()));
            request.skipRemainingHandlers();
        }
    }

    private void health(Context answer) {
        OperatorState operator = source.operator();
        answer.status(operator.alive() ? 200 : 503);
        json(answer, StatusDocuments.health(operator, version, clock.instant()));
    }

    private void ready(Context answer) {
        OperatorState operator = source.operator();
        answer.status(operator.ready() ? 200 : 503);
        json(answer, StatusDocuments.health(operator, version, clock.instant()));
    }

    private void metrics(Context request) {
        String format = request.queryParam("format");
        String accept = Optional.ofNullable(request.header("Accept")).orElse("").toLowerCase(Locale.ROOT);
        if (format != null && !format.equals("json") && !format.equals("prometheus")) {
            request.status(400);
            json(request, StatusDocuments.error("there is no such format; there are json and prometheus"));
        } else if (format == null ? MetricsFormat.isPrometheus(accept) : format.equals("prometheus")) {
            String type = accept.contains("application/openmetrics-text") ? OPEN_METRICS : TEXT;
            request.contentType(type).result(metrics.scrape(type));
        } else {
            json(request, StatusDocuments.metrics(Apps.of(source), clock.instant()));
        }
    }

    private void history(Context request) {
        Apps apps = Apps.of(source);
        String name = request.queryParam("app");
        if (name == null || name.isEmpty()) {
            json(request, StatusDocuments.history(apps));
        } else {
            Optional<App> app = apps.find(name);
            answer(request, app.map(StatusDocuments::history).map(JsonNode.class::cast));
        }
    }

    private void backups(Context request) {
        Optional<App> app = Apps.of(source).find(request.pathParam("app"));
        answer(request, app.map(StatusDocuments::backups).map(JsonNode.class::cast));
    }

    private static void answer(Context request, Optional<JsonNode> document) {
        if (document.isEmpty()) {
            request.status(404);
        }
        json(request, document.orElseGet(() -> StatusDocuments.error("there is no such app; /status has all of them")));
    }

    private static void readOnly(Context request) {
        request.status(405).header("Allow", "GET, HEAD");
        json(request, StatusDocuments.error("nothing can be changed here, only asked for"));
    }

    private static void unknown(Context request) {
        if (!isJson(request)) {
            json(request, StatusDocuments.error("there is nothing here; there are " + String.join(", ", ENDPOINTS)));
        }
    }

    private static boolean isJson(Context request) {
        String type = request.res().getContentType();
        return type != null && type.startsWith("application/json");
    }

    private static void failed(Exception failure, Context request) {
        LOG.error("{} could not be answered", request.path(), failure);
        request.status(500);
        json(request, StatusDocuments.error("this cannot be answered now; the log says why"));
    }

    private static void json(Context answer, JsonNode document) {
        try {
            answer.contentType("application/json; charset=utf-8").result(JSON.writeValueAsBytes(document));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
