package io.doksnap.apiserver.rest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.apiserver.failure.Failures;
import io.doksnap.apiserver.json.Json;
import io.doksnap.apiserver.json.Yaml;
import io.doksnap.apiserver.objects.WriteOptions.FieldValidation;
import io.doksnap.apiserver.protobuf.Protobuf;
import io.doksnap.apiserver.protobuf.ProtobufException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads what a client sends, in whichever of the formats. */
final class Bodies {
    static final String JSON = "application/json";
    static final String YAML = "application/yaml";
    static final String PROTOBUF = "application/vnd.kubernetes.protobuf";
    private static final String ACCEPTED = String.join(", ", JSON, YAML, PROTOBUF);

    private static final int MOST_COMPLAINTS = 100;

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Bodies() {}

    /** One object. Keys that come twice are treated like unknown fields: the last one counts, unless the client is strict. */
    static ObjectNode object(Request request, FieldValidation validation) {
        byte[] body = request.body();
        JsonNode tree = switch (request.contentType()) {
            case "", JSON -> json(request, body, validation);
            case YAML -> yaml(body);
            case PROTOBUF -> protobuf(body);
            default -> throw Failures.unsupportedMediaType(ACCEPTED);
        };
        if (tree instanceof ObjectNode object) {
            return object;
        }
        throw Failures.badRequest("the body of the request is no object");
    }

    /** What is to be applied: YAML by its name, and JSON more often than not. */
    static ObjectNode applied(Request request, FieldValidation validation) {
        byte[] body = request.body();
        boolean json = new String(body, StandardCharsets.UTF_8).stripLeading().startsWith("{");
        if ((json ? json(request, body, validation) : yaml(body)) instanceof ObjectNode object) {
            return object;
        }
        throw Failures.badRequest("the body of the request is no object");
    }

    /** The options that some requests carry in their body; unknown fields are ignored. */
    static JsonNode options(Request request, byte[] body) {
        return switch (request.contentType()) {
            case "", JSON -> json(request, body, FieldValidation.IGNORE);
            case YAML -> yaml(body);
            case PROTOBUF -> protobuf(body);
            default -> throw Failures.unsupportedMediaType(ACCEPTED);
        };
    }

    static JsonNode json(Request request, byte[] body, FieldValidation validation) {
        try {
            if (validation != FieldValidation.IGNORE) {
                List<String> twice = duplicates(body);
                if (!twice.isEmpty() && validation == FieldValidation.STRICT) {
                    throw Failures.badRequest("strict decoding error: " + String.join(", ", twice));
                }
                twice.forEach(request::warn);
            }
            return Json.read(body);
        } catch (IOException e) {
            throw Failures.badRequest("the body of the request is no JSON: " + firstLine(e));
        }
    }

    static JsonNode yaml(byte[] body) {
        try {
            return Yaml.read(body);
        } catch (IOException e) {
            throw Failures.badRequest("the body of the request is no YAML: " + firstLine(e));
        }
    }

    private static ObjectNode protobuf(byte[] body) {
        try {
            return Protobuf.decode(body);
        } catch (ProtobufException e) {
            throw Failures.badRequest(
                    "the body of the request is no protobuf that this server reads: " + e.getMessage());
        }
    }

    private static String firstLine(Exception e) {
        String message = e.getMessage();
        return message == null ? "not valid" : message.lines().findFirst().orElse("not valid");
    }

    private static List<String> duplicates(byte[] json) throws IOException {
        List<String> found = new ArrayList<>();
        Deque<Set<String>> names = new ArrayDeque<>();
        try (JsonParser parser = MAPPER.createParser(json)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                switch (token) {
                    case START_OBJECT -> names.push(new HashSet<>());
                    case END_OBJECT -> names.pop();
                    case FIELD_NAME -> {
                        if (!names.element().add(parser.currentName()) && found.size() < MOST_COMPLAINTS) {
                            found.add("duplicate field \"" + path(parser) + "\"");
                        }
                    }
                    default -> {}
                }
            }
        }
        return found;
    }

    /** As fields are written: {@code spec.sources[0].name}. */
    private static String path(JsonParser parser) {
        return parser.getParsingContext()
                .pathAsPointer()
                .toString()
                .substring(1)
                .replaceAll("/(\\d+)(?=/|$)", "[$1]")
                .replace('/', '.');
    }
}
