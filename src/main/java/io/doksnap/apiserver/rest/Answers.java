package io.doksnap.apiserver.rest;

import com.fasterxml.jackson.databind.JsonNode;
import io.doksnap.apiserver.failure.StatusException;
import io.doksnap.apiserver.json.Json;
import io.doksnap.apiserver.json.Yaml;
import io.javalin.http.Context;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;

/** Writes answers: their headers, their format, and compressed where that is worth it. */
final class Answers {
    /** From where on the real server compresses. */
    private static final int WORTH_COMPRESSING = 128 * 1024;

    private static final int MOST_WARNINGS = 50;

    private Answers() {}

    static void send(Request request, int code, Accepted.Format format, JsonNode body) {
        byte[] bytes = format == Accepted.Format.JSON
                ? Json.bytes(body)
                : Yaml.write(body).getBytes(StandardCharsets.UTF_8);
        send(request, code, format.contentType(), bytes);
    }

    static void send(Request request, int code, String contentType, byte[] body) {
        Context context = request.context();
        context.status(code).contentType(contentType).header("Cache-Control", "no-cache, private");
        context.header("X-Content-Type-Options", "nosniff");
        request.warnings().stream()
                .limit(MOST_WARNINGS)
                .forEach(warning -> context.res().addHeader("Warning", "299 - \"" + quoted(warning) + "\""));
        if (body.length >= WORTH_COMPRESSING
                && request.header("Accept-Encoding").contains("gzip")) {
            context.header("Content-Encoding", "gzip").header("Vary", "Accept-Encoding");
            context.result(compressed(body));
        } else {
            context.result(body);
        }
    }

    static void fail(Request request, StatusException failure) {
        if (failure.code() == 401) {
            request.context().header("WWW-Authenticate", "Bearer realm=\"doksnap\"");
        }
        if (failure.retryAfterSeconds() > 0) {
            request.context().header("Retry-After", Integer.toString(failure.retryAfterSeconds()));
        }
        send(request, failure.code(), Accepted.Format.JSON, failure.status());
    }

    /** As a quoted string of a header, which no control character may be in. */
    private static String quoted(String text) {
        return text.replaceAll("[^\\x20-\\x7e]", "?").replace("\\", "\\\\").replace("\"", "\\\"");
    }

    private static byte[] compressed(byte[] body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
