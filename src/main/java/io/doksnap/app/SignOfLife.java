package io.doksnap.app;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes connections on loopback and says nothing: for a health check, where nothing else of this process listens. */
final class SignOfLife implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SignOfLife.class);
    private static final int BACKLOG = 50;

    private final ServerSocket server;

    private SignOfLife(ServerSocket server) {
        this.server = server;
    }

    /** Begins, on any free port. */
    static SignOfLife start() throws IOException {
        SignOfLife sign = new SignOfLife(new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress()));
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
            } catch (IOException e) {
                LOG.debug("nobody was answered: {}", e.toString());
            }
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
