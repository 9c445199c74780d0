package io.doksnap.apiserver.rest;

import io.doksnap.apiserver.credentials.Credentials;
import io.doksnap.apiserver.credentials.CredentialsException;
import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.http.HandlerType;
import io.javalin.util.JavalinException;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.List;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** The listening socket with its TLS: Jetty, driven by Javalin, bounded in threads, connections and patience. */
final class RestServer implements AutoCloseable {
    static final int MOST_THREADS = 24;
    private static final int LEAST_THREADS = 4;
    private static final int MOST_CONNECTIONS = 1000;
    private static final int IDLE_MILLIS = 60_000;
    private static final int IDLE_AT_THE_END_MILLIS = 100;
    private static final int PATIENCE_AT_THE_END_MILLIS = 5_000;
    private static final int LARGEST_HEADER = 32 * 1024;
    private static final List<HandlerType> METHODS = List.of(
            HandlerType.GET,
            HandlerType.HEAD,
            HandlerType.POST,
            HandlerType.PUT,
            HandlerType.PATCH,
            HandlerType.DELETE,
            HandlerType.OPTIONS);

    private final Credentials credentials;
    private final SslContextFactory.Server tls;
    private final Javalin javalin;

    private RestServer(Credentials credentials, SslContextFactory.Server tls, Javalin javalin) {
        this.credentials = credentials;
        this.tls = tls;
        this.javalin = javalin;
    }

    /** @throws IOException where the address cannot be listened on; the message says which and what to do */
    static RestServer start(Credentials credentials, ApiHandler handler, InetSocketAddress bind) throws IOException {
        SslContextFactory.Server tls = new SslContextFactory.Server();
        tls.setKeyStore(credentials.serverKeys());
        tls.setKeyStorePassword("");
        tls.setTrustStore(credentials.trustedAuthorities());
        tls.setWantClientAuth(true);
        tls.setIncludeProtocols("TLSv1.3", "TLSv1.2");
        tls.setSniRequired(false);
        Javalin javalin = Javalin.create(config -> {
            ConnectionLimit limit = new ConnectionLimit(MOST_CONNECTIONS, new NoWebSockets(new GracefulHandler()));
            configure(config, handler, limit);
            config.jetty.addConnector((server, http) -> {
                ServerConnector connector = connector(server, http, tls, bind);
                connector.addBean(limit, false);
                return connector;
            });
        });
        try {
            javalin.start();
        } catch (JavalinException e) {
            throw new IOException(explained(e, bind), e);
        }
        return new RestServer(credentials, tls, javalin);
    }

    private static void configure(JavalinConfig config, ApiHandler handler, ConnectionLimit limit) {
        config.startup.showJavalinBanner = false;
        config.startup.startupWatcherEnabled = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.http.compressionStrategy = CompressionStrategy.NONE;
        QueuedThreadPool threads = new QueuedThreadPool(MOST_THREADS, LEAST_THREADS);
        threads.setName("doksnap-api-http");
        threads.setDaemon(true);
        config.jetty.threadPool = threads;
        config.jetty.modifyServer(server -> {
            server.setHandler(limit);
            server.setStopTimeout(PATIENCE_AT_THE_END_MILLIS);
        });
        METHODS.forEach(method -> config.routes.addHttpHandler(method, "*", handler));
    }

    private static ServerConnector connector(
            Server server, HttpConfiguration http, SslContextFactory.Server tls, InetSocketAddress bind) {
        SecureRequestCustomizer secure = new SecureRequestCustomizer();
        // Clients come by address, or through a tunnel: the token tells who they are, not the name they call.
        secure.setSniHostCheck(false);
        http.addCustomizer(secure);
        http.setSendServerVersion(false);
        http.setRequestHeaderSize(LARGEST_HEADER);
        http.setIdleTimeout(IDLE_MILLIS);
        ServerConnector connector = new ServerConnector(
                server,
                new SslConnectionFactory(tls, HttpVersion.HTTP_1_1.asString()),
                new HttpConnectionFactory(http));
        connector.setHost(bind.getAddress().getHostAddress());
        connector.setPort(bind.getPort());
        connector.setIdleTimeout(IDLE_MILLIS);
        connector.setShutdownIdleTimeout(IDLE_AT_THE_END_MILLIS);
        return connector;
    }

    private static String explained(Exception failure, InetSocketAddress bind) {
        String address = bind.getAddress().getHostAddress() + ":" + bind.getPort();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof BindException) {
                return "the API cannot listen on " + address + " (" + cause.getMessage()
                        + "); another program uses that port, or the address is not this machine's: set api.port or api.bind";
            }
        }
        return "the API cannot be served on " + address + " (" + failure.getMessage() + ")";
    }

    /** Where it listens; of interest where any free port was asked for. */
    int port() {
        return javalin.port();
    }

    /** Shows the certificate that the credentials have now; open connections keep the old one. */
    void showNewCertificate() throws CredentialsException {
        var keys = credentials.serverKeys();
        try {
            tls.reload(factory -> factory.setKeyStore(keys));
        } catch (Exception e) {
            throw new IllegalStateException("cannot use the new certificate", e);
        }
    }

    @Override
    public void close() {
        javalin.stop();
    }
}
