package io.doksnap.apiserver;

import io.doksnap.apiserver.credentials.Access;
import io.doksnap.apiserver.credentials.Credentials;
import io.doksnap.apiserver.credentials.CredentialsException;
import io.doksnap.apiserver.credentials.Login;
import io.doksnap.apiserver.objects.Collector;
import io.doksnap.apiserver.objects.Definitions;
import io.doksnap.apiserver.objects.Namespaces;
import io.doksnap.apiserver.objects.Objects;
import io.doksnap.apiserver.resource.ResourceTypes;
import io.doksnap.apiserver.rest.Rest;
import io.doksnap.apiserver.storage.Storage;
import io.doksnap.apiserver.watch.History;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Kubernetes-style API in this process, for kubectl and other clients, with its own storage and certificates.
 *
 * <p>One process at a time may use its directory. Closing it ends all watches and answers what is under way.
 */
public final class ApiServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ApiServer.class);
    private static final int SENDERS = 2;
    private static final int HOURS_BETWEEN_RENEWALS = 12;
    private static final int PATIENCE_SECONDS = 5;

    private final Storage storage;
    private final Credentials credentials;
    private final Threads threads;
    private final Rest rest;
    private final InetSocketAddress bind;

    private ApiServer(Storage storage, Credentials credentials, Threads threads, Rest rest, InetSocketAddress bind) {
        this.storage = storage;
        this.credentials = credentials;
        this.threads = threads;
        this.rest = rest;
        this.bind = bind;
    }

    /** The threads that are not Jetty's; see docs/concurrency.md. */
    private record Threads(
            ExecutorService senders, ScheduledExecutorService timer, ScheduledExecutorService collector) {
        static Threads start() {
            return new Threads(
                    Executors.newFixedThreadPool(SENDERS, work -> daemon(work, "doksnap-api-watch")),
                    scheduled("doksnap-api-timer"),
                    scheduled("doksnap-api-collector"));
        }

        private static ScheduledExecutorService scheduled(String name) {
            ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, work -> daemon(work, name));
            executor.setRemoveOnCancelPolicy(true);
            executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
            return executor;
        }

        private static Thread daemon(Runnable work, String name) {
            Thread thread = new Thread(work, name);
            thread.setDaemon(true);
            return thread;
        }

        /** The collector's write that is under way is waited for. */
        void stop() {
            timer.shutdownNow();
            senders.shutdownNow();
            collector.shutdown();
            try {
                if (!collector.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                    collector.shutdownNow();
                }
            } catch (InterruptedException e) {
                collector.shutdownNow();
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Starts to serve.
     *
     * @throws IOException where the directory, the address or the definitions cannot be used; the message says what to do
     */
    public static ApiServer start(ApiServerSettings settings) throws IOException {
        Threads threads = Threads.start();
        // Certificates take as long to be checked as the rest together takes to be read.
        Future<Credentials> opening =
                threads.timer().submit(() -> Credentials.open(settings.directory(), names(settings), settings.clock()));
        try {
            return start(settings, Storage.open(settings.directory()), opening, threads);
        } catch (IOException | RuntimeException e) {
            threads.stop();
            throw e;
        }
    }

    private static ApiServer start(
            ApiServerSettings settings, Storage storage, Future<Credentials> opening, Threads threads)
            throws IOException {
        try {
            ResourceTypes types = ResourceTypes.of(settings.crds());
            Credentials credentials = result(opening);
            Clock clock = settings.clock();
            Definitions.keep(storage, settings.crds(), clock);
            History history = History.of(storage);
            Objects objects = new Objects(storage, clock);
            new Collector(storage, types, objects, threads.collector(), clock).start();
            Namespaces.ensureDefault(objects);
            Rest rest = Rest.start(
                    new Rest.Parts(types, objects, history, credentials, clock),
                    settings.bind(),
                    threads.senders(),
                    threads.timer());
            ApiServer server = new ApiServer(storage, credentials, threads, rest, settings.bind());
            var unused = threads.timer()
                    .scheduleWithFixedDelay(
                            server::renewCertificates, HOURS_BETWEEN_RENEWALS, HOURS_BETWEEN_RENEWALS, TimeUnit.HOURS);
            return server;
        } catch (IOException | RuntimeException e) {
            try (storage) {
                throw e;
            }
        }
    }

    private static <T> T result(Future<T> work) throws IOException {
        try {
            return work.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the API was started");
        }
    }

    private static Set<String> names(ApiServerSettings settings) {
        Set<String> names = new LinkedHashSet<>(List.of("localhost", "127.0.0.1", "::1"));
        try {
            names.add(InetAddress.getLocalHost().getHostName());
        } catch (UnknownHostException e) {
            LOG.info("this machine's name has no address; the API's certificate does without it");
        }
        InetAddress bound = settings.bind().getAddress();
        if (bound != null && !bound.isAnyLocalAddress()) {
            names.add(bound.getHostAddress());
        }
        names.addAll(settings.names());
        return names;
    }

    private void renewCertificates() {
        try {
            if (credentials.renew()) {
                rest.showNewCertificate();
                LOG.info("the API's certificate was renewed");
            }
        } catch (CredentialsException e) {
            LOG.warn("the API's certificate was not renewed: {}", e.getMessage());
        }
    }

    /** Where clients on this machine find it. */
    public URI uri() {
        boolean anywhere = bind.getAddress().isAnyLocalAddress();
        String host = anywhere ? "127.0.0.1" : bind.getAddress().getHostAddress();
        return URI.create("https://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + rest.port());
    }

    /**
     * A kubeconfig.
     *
     * @param server where clients find it; empty for those on this machine
     */
    public String kubeconfig(Access access, Optional<URI> server) throws CredentialsException {
        return credentials.kubeconfig(access, server.orElseGet(this::uri));
    }

    /** The same from the files in a server's directory, whether it runs or not. */
    public static String kubeconfig(Path directory, Access access, URI server) throws CredentialsException {
        return Credentials.kubeconfig(directory, access, server);
    }

    /** What a kubeconfig says, for a client in this process. */
    public Login login(Access access) throws CredentialsException {
        return credentials.login(access, uri());
    }

    /** How many watches are open. */
    public int watches() {
        return rest.watches();
    }

    @Override
    public void close() throws IOException {
        rest.close();
        threads.stop();
        storage.close();
    }
}
