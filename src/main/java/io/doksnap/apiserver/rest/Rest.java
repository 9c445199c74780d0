package io.doksnap.apiserver.rest;

import io.doksnap.apiserver.credentials.Credentials;
import io.doksnap.apiserver.credentials.CredentialsException;
import io.doksnap.apiserver.discovery.Descriptions;
import io.doksnap.apiserver.discovery.Discovery;
import io.doksnap.apiserver.objects.Objects;
import io.doksnap.apiserver.resource.ResourceTypes;
import io.doksnap.apiserver.watch.History;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;

/** The API as it can be reached over the network. */
public final class Rest implements AutoCloseable {
    private final RestServer server;
    private final Watches watches;

    private Rest(RestServer server, Watches watches) {
        this.server = server;
        this.watches = watches;
    }

    /** What it is made of. */
    public record Parts(ResourceTypes types, Objects objects, History history, Credentials credentials, Clock clock) {}

    /**
     * Listens.
     *
     * @param senders hand changes to the connections of watches
     * @param timer ends watches in time
     */
    public static Rest start(
            Parts parts, InetSocketAddress bind, ExecutorService senders, ScheduledExecutorService timer)
            throws IOException {
        Reading reading = new Reading(parts.objects(), parts.history(), parts.clock());
        Watches watches = new Watches(parts.objects(), parts.history(), reading, senders, timer);
        ApiHandler handler = new ApiHandler(
                parts.types(),
                new Authentication(parts.credentials()),
                new Documents(new Discovery(parts.types()), new Descriptions(parts.types())),
                new Reviews(),
                reading,
                new Writing(parts.objects(), reading),
                watches);
        return new Rest(RestServer.start(parts.credentials(), handler, bind), watches);
    }

    public int port() {
        return server.port();
    }

    /** After the credentials were renewed. */
    public void showNewCertificate() throws CredentialsException {
        server.showNewCertificate();
    }

    /** How many watches are open. */
    public int watches() {
        return watches.count();
    }

    /** Ends all watches, then answers what is under way, then listens no longer. */
    @Override
    public void close() {
        watches.stop();
        server.close();
    }
}
