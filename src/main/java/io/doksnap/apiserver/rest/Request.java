package io.doksnap.apiserver.rest;

import io.doksnap.apiserver.failure.Failures;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What was asked, with bounds on its size. */
final class Request {
    /** What the real server takes. */
    static final int LARGEST_BODY = 3 * 1024 * 1024;

    private final Context context;
    private final BodyTurns turns;
    private final Set<String> warnings = new LinkedHashSet<>();

    Request(Context context, BodyTurns turns) {
        this.context = context;
        this.turns = turns;
    }

    Context context() {
        return context;
    }

    String method() {
        return context.req().getMethod().toUpperCase(Locale.ROOT);
    }

    /** As it was sent, still encoded. */
    String path() {
        return context.req().getRequestURI();
    }

    /** A parameter; empty where it is missing. */
    String parameter(String name) {
        String value = context.queryParam(name);
        return value == null ? "" : value;
    }

    /** A parameter without a value is set; libraries write {@code True} as well as {@code true}. */
    boolean isSet(String name) {
        String value = context.queryParam(name);
        return switch (value == null ? "false" : value.toLowerCase(Locale.ROOT)) {
            case "", "true", "1" -> true;
            case "false", "0" -> false;
            default ->
                throw Failures.badRequest(
                        "invalid value for the parameter " + name + ": \"" + value + "\" is no boolean");
        };
    }

    /** A number that is not negative; the fallback where the parameter is missing. */
    long number(String name, long fallback) {
        String value = parameter(name);
        if (value.isEmpty()) {
            return fallback;
        }
        try {
            long number = Long.parseLong(value);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException expected) {
            // Told below.
        }
        throw Failures.badRequest("invalid value for the parameter " + name + ": \"" + value + "\" is no whole number");
    }

    String header(String name) {
        String value = context.header(name);
        return value == null ? "" : value;
    }

    /** The type of the body without its parameters; empty where none is named. */
    String contentType() {
        String[] parts = header("Content-Type").split(";", 2);
        return parts[0].strip().toLowerCase(Locale.ROOT);
    }

    byte[] body() {
        if (context.req().getContentLengthLong() > LARGEST_BODY) {
            throw tooLarge();
        }
        turns.take();
        try (InputStream in = context.req().getInputStream()) {
            byte[] body = in.readNBytes(LARGEST_BODY + 1);
            if (body.length > LARGEST_BODY) {
                throw tooLarge();
            }
            return body;
        } catch (IOException e) {
            throw Failures.badRequest("the body of the request could not be read to its end");
        } finally {
            turns.giveBack();
        }
    }

    private static RuntimeException tooLarge() {
        return Failures.tooLarge("Request entity too large: limit is " + LARGEST_BODY);
    }

    /** To be sent with the answer. */
    void warn(String warning) {
        warnings.add(warning);
    }

    List<String> warnings() {
        return new ArrayList<>(warnings);
    }
}
