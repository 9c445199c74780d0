package io.doksnap.apiserver.rest;

import io.doksnap.apiserver.credentials.Credentials;
import io.doksnap.apiserver.credentials.User;
import io.doksnap.apiserver.failure.Failures;
import java.security.cert.X509Certificate;
import java.util.Locale;
import java.util.Optional;

/** Finds out who asks: by a bearer token, else by a client certificate. */
record Authentication(Credentials credentials) {
    private static final String BEARER = "bearer ";
    private static final String CERTIFICATES = "jakarta.servlet.request.X509Certificate";

    User user(Request request) {
        String authorization = request.header("Authorization");
        Optional<User> user = authorization.isEmpty() ? byCertificate(request) : byToken(authorization);
        return user.orElseThrow(Failures::unauthorized);
    }

    private Optional<User> byToken(String authorization) {
        return authorization.toLowerCase(Locale.ROOT).startsWith(BEARER)
                ? credentials.byToken(authorization.substring(BEARER.length()).strip())
                : Optional.empty();
    }

    private Optional<User> byCertificate(Request request) {
        return request.context().req().getAttribute(CERTIFICATES) instanceof X509Certificate[] chain && chain.length > 0
                ? credentials.byCertificate(chain[0])
                : Optional.empty();
    }
}
