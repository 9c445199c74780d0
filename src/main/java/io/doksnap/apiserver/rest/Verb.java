package io.doksnap.apiserver.rest;

import io.doksnap.apiserver.failure.Failures;
import java.util.Locale;

/** What is to be done with a resource, as rules of access name it. */
enum Verb {
    GET,
    LIST,
    WATCH,
    CREATE,
    UPDATE,
    PATCH,
    DELETE,
    DELETECOLLECTION;

    static Verb of(String method, boolean collection, boolean watch) {
        return switch (method) {
            case "GET", "HEAD" -> watch ? WATCH : collection ? LIST : GET;
            case "POST" -> collection ? CREATE : refuse();
            case "PUT" -> collection ? refuse() : UPDATE;
            case "PATCH" -> collection ? refuse() : PATCH;
            case "DELETE" -> collection ? DELETECOLLECTION : DELETE;
            default -> refuse();
        };
    }

    private static Verb refuse() {
        throw Failures.methodNotAllowed();
    }

    boolean reads() {
        return this == GET || this == LIST || this == WATCH;
    }

    /** As it is written. */
    String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
