package io.doksnap.docker;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.transport.DockerHttpClient.Request;
import com.github.dockerjava.transport.DockerHttpClient.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;

/**
 * An engine's answers as they are: for what docker-java's types would lose a part of, or choke on. Everything that came is still there, to the last
 * digit, when it is sent back.
 */
final class EngineHttp {
    private static final int NOT_FOUND = 404;
    private static final int FIRST_FAILURE = 300;
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private final EngineCalls calls;

    EngineHttp(EngineCalls calls) {
        this.calls = calls;
    }

    /** Asks for something; empty where it is not there. */
    Optional<JsonNode> find(String purpose, String path) throws DockerException {
        try {
            return Optional.of(get(purpose, path));
        } catch (DockerException e) {
            if (e.kind() == DockerException.Kind.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    JsonNode get(String purpose, String path) throws DockerException {
        return send(
                purpose,
                calls.deadline(),
                Request.builder().method(Request.Method.GET).path(path).build());
    }

    JsonNode post(String purpose, String path, JsonNode body, Duration within) throws DockerException {
        return send(
                purpose,
                within,
                Request.builder()
                        .method(Request.Method.POST)
                        .path(path)
                        .putHeader("Content-Type", "application/json")
                        .bodyBytes(body.toString().getBytes(UTF_8))
                        .build());
    }

    private JsonNode send(String purpose, Duration within, Request request) throws DockerException {
        return calls.ask(purpose, within, client -> answer(client, request));
    }

    private static JsonNode answer(DockerClient client, Request request) {
        try (Response response = ((DockerClientImpl) client).getHttpClient().execute(request)) {
            String body = new String(response.getBody().readAllBytes(), UTF_8);
            int status = response.getStatusCode();
            if (status == NOT_FOUND) {
                throw new NotFoundException(body);
            } else if (status >= FIRST_FAILURE) {
                throw new com.github.dockerjava.api.exception.DockerException(body, status);
            }
            return parse(body, status);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode parse(String body, int status) {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException e) {
            throw new com.github.dockerjava.api.exception.DockerException("what it answered is no JSON", status, e);
        }
    }
}
