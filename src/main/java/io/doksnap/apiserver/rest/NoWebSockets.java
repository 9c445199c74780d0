package io.doksnap.apiserver.rest;

import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Lets requests for a WebSocket through as plain ones, with a mark: some clients try one for each watch, and turn to a plain
 * watch when the answer is a 200, but not when it is the 404 that Javalin would give them.
 */
final class NoWebSockets extends Handler.Wrapper {
    /** The attribute of a request that asked for a WebSocket. */
    static final String MARK = "io.doksnap.apiserver.websocket";

    NoWebSockets(Handler next) {
        super(next);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        return super.handle(
                request.getHeaders().contains(HttpHeader.SEC_WEBSOCKET_KEY) ? new Plain(request) : request,
                response,
                callback);
    }

    private static final class Plain extends Request.Wrapper {
        private final HttpFields headers;

        private Plain(Request request) {
            super(request);
            request.setAttribute(MARK, true);
            HttpFields.Mutable fields = HttpFields.build();
            for (HttpField field : request.getHeaders()) {
                if (field.getHeader() != HttpHeader.UPGRADE
                        && !field.getLowerCaseName().startsWith("sec-websocket")) {
                    fields.add(field);
                }
            }
            headers = fields.asImmutable();
        }

        @Override
        public HttpFields getHeaders() {
            return headers;
        }
    }
}
