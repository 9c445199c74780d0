package io.doksnap.apiserver.rest;

import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Bounds how many connections are open without ever keeping somebody out: when there is one too many, that one is closed which has been idle
 * for longest of all that no request is being answered on. So nobody who opens connections and leaves them can shut the API, and a watch stays.
 */
final class ConnectionLimit extends Handler.Wrapper implements Connection.Listener {
    private final int most;
    private final Set<EndPoint> open = ConcurrentHashMap.newKeySet();

    /** Those with a request that has arrived and is not answered to its end. */
    private final Set<EndPoint> busy = ConcurrentHashMap.newKeySet();

    ConnectionLimit(int most, Handler next) {
        super(next);
        this.most = most;
    }

    @Override
    public void onOpened(Connection opened) {
        EndPoint socket = opened.getEndPoint();
        if (isWithinTls(socket)) {
            return;
        }
        open.add(socket);
        while (open.size() > most && open.contains(socket)) {
            EndPoint last = longestIdle(socket).orElse(socket);
            // Out of the set at once, not only when it says that it is closed: nobody else is to count it or to close
            // it too.
            if (open.remove(last)) {
                last.close();
            }
        }
    }

    private Optional<EndPoint> longestIdle(EndPoint but) {
        return open.stream()
                .filter(each -> each != but && !busy.contains(each))
                .max(Comparator.comparingLong(ConnectionLimit::idleMillis));
    }

    private static long idleMillis(EndPoint connection) {
        return connection instanceof AbstractEndPoint known ? known.getIdleFor() : 0;
    }

    @Override
    public void onClosed(Connection closed) {
        open.remove(closed.getEndPoint());
        busy.remove(closed.getEndPoint());
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        EndPoint socket = socket(request.getConnectionMetaData().getConnection().getEndPoint());
        busy.add(socket);
        Request.addCompletionListener(request, failure -> busy.remove(socket));
        return super.handle(request, response, callback);
    }

    private static EndPoint socket(EndPoint endPoint) {
        return endPoint instanceof EndPoint.Wrapper within ? socket(within.unwrap()) : endPoint;
    }

    private static boolean isWithinTls(EndPoint endPoint) {
        return endPoint instanceof EndPoint.Wrapper;
    }
}
