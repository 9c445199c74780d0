package io.doksnap.apiserver.rest;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/**
 * Sees that a client has left although nothing is written to it: Jetty itself does not read from a connection while a request is
 * being answered, so a watch in which nothing happens would never end.
 *
 * <p>What a client sends meanwhile is thrown away, so the connection cannot be used again.
 */
final class ClientPresence implements Callback {
    private static final int THROWN_AWAY_AT_ONCE = 1024;

    private final EndPoint connection;
    private volatile Runnable whenGone = () -> {};

    private ClientPresence(EndPoint connection) {
        this.connection = connection;
    }

    static ClientPresence of(HttpServletRequest request) {
        return new ClientPresence(ServletContextRequest.getServletContextRequest(request)
                .getConnectionMetaData()
                .getConnection()
                .getEndPoint());
    }

    /** @param action may be called several times, by one of Jetty's threads */
    void whenGone(Runnable action) {
        whenGone = action;
        connection.tryFillInterested(this);
    }

    @Override
    public void succeeded() {
        ByteBuffer bytes = BufferUtil.allocate(THROWN_AWAY_AT_ONCE);
        try {
            if (connection.fill(bytes) < 0) {
                whenGone.run();
            } else {
                connection.tryFillInterested(this);
            }
        } catch (IOException e) {
            whenGone.run();
        }
    }

    @Override
    public void failed(Throwable failure) {
        if (failure instanceof TimeoutException && connection.isOpen()) {
            connection.tryFillInterested(this);
        } else {
            whenGone.run();
        }
    }
}
