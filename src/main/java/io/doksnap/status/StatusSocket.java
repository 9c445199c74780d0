package io.doksnap.status;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;

/** Opens the place where the server listens, or says what is in the way. */
final class StatusSocket {
    private static final int BACKLOG = 64;

    private StatusSocket() {}

    static ServerSocketChannel listen(String address, int port) throws StatusServerException {
        String where = address + ":" + port;
        InetSocketAddress place = new InetSocketAddress(address, port);
        if (place.isUnresolved()) {
            throw new StatusServerException(
                    where,
                    "there is no address " + address
                            + "; set status_server.bind to one of this machine, or to 0.0.0.0 for all",
                    new UnknownHostException(address));
        }
        try {
            return bound(place);
        } catch (BindException e) {
            throw new StatusServerException(
                    where,
                    "the port is in use, or the address is none of this machine's; set status_server.port or"
                            + " status_server.bind to another, or stop what uses it (ss -ltnp shows it)",
                    e);
        } catch (IOException e) {
            throw new StatusServerException(
                    where, e.getMessage() + "; ports below 1024 take root: set status_server.port to another", e);
        }
    }

    private static ServerSocketChannel bound(InetSocketAddress place) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open();
        try {
            // A server that was here a moment ago is not in the way.
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            return channel.bind(place, BACKLOG);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }
}
