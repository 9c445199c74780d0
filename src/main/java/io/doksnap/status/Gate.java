package io.doksnap.status;

import io.javalin.http.Context;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What every request has to pass: how much it brings, how often its client asks, and whether it may. */
final class Gate {
    static final String HEALTH = "/health";
    static final String READY = "/ready";

    private static final int WITH_KEY = 60;
    private static final int WITHOUT_KEY = 30;
    private static final long LARGEST_BODY = 1 << 20;

    /** What browsers need to be told, of an answer that is only ever data. */
    private static final Map<String, String> HEADERS = Map.of(
            "X-Content-Type-Options", "nosniff",
            "X-Frame-Options", "DENY",
            "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'",
            "Referrer-Policy", "no-referrer",
            "Cross-Origin-Resource-Policy", "same-origin",
            "Cache-Control", "no-store");

    private final ApiKey key;
    private final RequestLimit limit;

    Gate(ApiKey key, RequestLimit limit) {
        this.key = key;
        this.limit = limit;
    }

    /** An answer that is no document. */
    record Refusal(int status, String message) {}

    /** What speaks against a request; sets the headers of the answer in any case. */
    Optional<Refusal> check(Context request) {
        HEADERS.forEach(request::header);
        Optional<Refusal> body = body(request);
        if (body.isPresent()) {
            // Nobody reads it, so nothing else can come on this connection.
            request.header("Connection", "close");
            return body;
        }
        if (request.path().equals(HEALTH) || request.path().equals(READY)) {
            return Optional.empty();
        }
        boolean opens = key.opens(shown(request));
        int most = key.isRequired() && opens ? WITH_KEY : WITHOUT_KEY;
        if (limit.isExceededBy(client(request), most)) {
            request.header("Retry-After", Long.toString(limit.secondsLeft()));
            return Optional.of(new Refusal(429, "more than " + most + " requests in a minute; ask again later"));
        }
        if (!opens) {
            request.header("WWW-Authenticate", "ApiKey realm=\"doksnap\"");
            return Optional.of(new Refusal(
                    401, "a key is required: send it as the header X-API-Key, or as the parameter api_key"));
        }
        return Optional.empty();
    }

    private static Optional<Refusal> body(Context request) {
        if (request.req().getContentLengthLong() > LARGEST_BODY) {
            return Optional.of(new Refusal(413, "the request is larger than 1 MiB"));
        }
        return request.header("Transfer-Encoding") != null
                ? Optional.of(new Refusal(411, "a request that brings something must say how much"))
                : Optional.empty();
    }

    private static @Nullable String shown(Context request) {
        String header = request.header("X-API-Key");
        return header == null ? request.queryParam("api_key") : header;
    }

    private static InetAddress client(Context request) {
        try {
            // It is an address already, so nothing is looked up.
            return InetAddress.getByName(request.req().getRemoteAddr());
        } catch (UnknownHostException e) {
            return InetAddress.getLoopbackAddress();
        }
    }
}
