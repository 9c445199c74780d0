package io.doksnap.app;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes connections on loopback and says nothing, for as long as all is well: for a health check, where there is no status server. */
final class SignOfLife implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SignOfLife.class);
    private static final int BACKLOG = 50;

    private final ServerSocket server;
    private final BooleanSupplier well;

    private SignOfLife(ServerSocket server, BooleanSupplier well) {
        this.server = server;
        this.well = well;
    }

    /**
     * Begins, on any free port.
     *
     * @param well asked at each connection; after the first no it takes none any more
     */
    static SignOfLife start(BooleanSupplier well) throws IOException {
        SignOfLife sign = new SignOfLife(new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress()), well);
        Thread thread = new Thread(sign::answer, "doksnap-sign-of-life");
        thread.setDaemon(true);
        thread.start();
        return sign;
    }

    URI uri() {
        return ApiAddress.of("tcp", server.getInetAddress().getHostAddress(), server.getLocalPort());
    }

    private void answer() {
        while (!server.isClosed()) {
            try {
                server.accept().close();
                if (!well.getAsBoolean()) {
                    server.close();
                }
            } catch (IOException e) {
                LOG.debug("nobody was answered: {}", e.toString());
            }
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            LOG.debug("{} may still be taken: {}", uri(), e.toString());
        }
    }
}
