package io.doksnap.apiserver.objects;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.apiserver.failure.Failures;
import io.doksnap.apiserver.failure.StatusException.Cause;
import io.doksnap.apiserver.json.Json;
import io.doksnap.apiserver.resource.CoreTypes;
import io.doksnap.apiserver.resource.ResourceType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the core kinds have of their own: what is filled in, and what no schema can say. */
final class KindRules {
    static final String NAMESPACE_FINALIZER = "kubernetes";
    private static final Pattern CONFIG_KEY = Pattern.compile("[-._a-zA-Z0-9]+");
    private static final int LARGEST_DATA = 1024 * 1024;

    private KindRules() {}

    /** Fills in what the kind's own server would, in place; before anything is checked. */
    static void complete(ResourceType type, @Nullable ObjectNode old, ObjectNode object) {
        if (type.isCore("secrets")) {
            completeSecret(object);
        } else if (type.isCore("namespaces")) {
            completeNamespace(old, object);
        } else if (type.equals(CoreTypes.DEFINITIONS)) {
            guardDefinition(old, object);
        }
    }

    private static void completeSecret(ObjectNode secret) {
        if (secret.remove("stringData") instanceof ObjectNode plain && !plain.isEmpty()) {
            ObjectNode data = Json.child(secret, "data");
            plain.properties()
                    .forEach(entry -> data.put(
                            entry.getKey(),
                            Base64.getEncoder()
                                    .encodeToString(entry.getValue().asText("").getBytes(StandardCharsets.UTF_8))));
        }
        if (secret.path("type").asText("").isEmpty()) {
            secret.put("type", "Opaque");
        }
    }

    private static void completeNamespace(@Nullable ObjectNode old, ObjectNode namespace) {
        Metadata metadata = Metadata.of(namespace);
        Json.child(metadata.node(), "labels").put("kubernetes.io/metadata.name", metadata.name());
        if (old == null) {
            Json.child(namespace, "spec").set("finalizers", Json.texts(List.of(NAMESPACE_FINALIZER)));
            Json.child(namespace, "status").put("phase", "Active");
        } else {
            // Only the server itself takes the finalizer away.
            namespace.set("spec", old.path("spec").deepCopy());
        }
    }

    /** The kinds that are served are the program's: the definitions may be applied again, not changed. */
    private static void guardDefinition(@Nullable ObjectNode old, ObjectNode definition) {
        String name = Metadata.of(definition).name();
        if (old == null) {
            throw Failures.forbidden(
                    CoreTypes.DEFINITIONS.subject(),
                    name,
                    "this server serves only the kinds that it was started with");
        }
        if (!old.path("spec").equals(definition.path("spec"))) {
            throw Failures.forbidden(
                    CoreTypes.DEFINITIONS.subject(),
                    name,
                    "the definitions that this server was started with cannot be changed; apply the ones that came with its version");
        }
    }

    /** What is wrong beyond the schema. */
    static List<Cause> check(ResourceType type, @Nullable ObjectNode old, ObjectNode object) {
        List<Cause> causes = new ArrayList<>();
        if (type.isCore("secrets") || type.isCore("configmaps")) {
            checkData(object, causes);
            if (old != null) {
                checkImmutable(old, object, causes);
            }
        }
        if (type.isCore("secrets") && old != null && !old.path("type").equals(object.path("type"))) {
            causes.add(new Cause(
                    "FieldValueInvalid",
                    "Invalid value: \"" + object.path("type").asText() + "\": field is immutable",
                    "type"));
        }
        return causes;
    }

    private static void checkData(ObjectNode object, List<Cause> causes) {
        long bytes = 0;
        for (String field : List.of("data", "binaryData")) {
            for (Map.Entry<String, JsonNode> entry : object.path(field).properties()) {
                bytes += entry.getValue().asText("").length();
                if (!CONFIG_KEY.matcher(entry.getKey()).matches()) {
                    causes.add(new Cause(
                            "FieldValueInvalid",
                            "Invalid value: \"" + entry.getKey()
                                    + "\": a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g."
                                    + " 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
                            field + "[" + entry.getKey() + "]"));
                }
            }
        }
        if (bytes > LARGEST_DATA * 4L / 3) {
            causes.add(new Cause(
                    "FieldValueTooLong", "Too long: may not be more than " + LARGEST_DATA + " bytes", "data"));
        }
    }

    private static void checkImmutable(ObjectNode old, ObjectNode object, List<Cause> causes) {
        if (!old.path("immutable").asBoolean()) {
            return;
        }
        for (String field : List.of("immutable", "data", "binaryData")) {
            if (!old.path(field).equals(object.path(field))) {
                causes.add(new Cause(
                        "FieldValueForbidden", "Forbidden: field is immutable when `immutable` is set", field));
            }
        }
    }
}
