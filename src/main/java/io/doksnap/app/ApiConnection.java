package io.doksnap.app;

import io.doksnap.apiserver.ApiServer;
import io.doksnap.apiserver.ApiServerSettings;
import io.doksnap.apiserver.credentials.Access;
import io.doksnap.declare.ApiSettings;
import io.doksnap.run.DataDirectory;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** The API that holds the resources: one of our own in this process, or a cluster's. */
final class ApiConnection implements AutoCloseable {
    /** Where the embedded API keeps its state, in the data directory. */
    static final String DIRECTORY = "api";

    private final KubernetesClient client;
    private final @Nullable ApiServer server;

    private ApiConnection(KubernetesClient client, @Nullable ApiServer server) {
        this.client = client;
        this.server = server;
    }

    static ApiConnection open(ApiSettings settings, DataDirectory data, Clock clock)
            throws IOException, CommandException {
        if (!(settings instanceof ApiSettings.Embedded embedded)) {
            return new ApiConnection(ApiClients.ofCluster(settings), null);
        }
        Path directory = data.path().resolve(DIRECTORY);
        InetSocketAddress address = new InetSocketAddress(embedded.bind(), embedded.port());
        ApiServer server =
                ApiServer.start(new ApiServerSettings(directory, address, embedded.names(), Crds.all(), clock));
        try {
            ApiAddress.write(directory, server.uri());
            return new ApiConnection(ApiClients.of(server.login(Access.ADMIN)), server);
        } catch (IOException | RuntimeException e) {
            try (server) {
                throw e;
            }
        }
    }

    KubernetesClient client() {
        return client;
    }

    /** Whether others work with it, too. */
    boolean isShared() {
        return server == null;
    }

    /** Where it is, and how kubectl gets there. */
    @Override
    public String toString() {
        return server == null
                ? client.getMasterUrl() + " (a cluster's)"
                : server.uri() + " (kubectl: doksnap kubeconfig > FILE; export KUBECONFIG=FILE)";
    }

    @Override
    public void close() throws IOException {
        client.close();
        if (server != null) {
            server.close();
        }
    }
}
