package io.doksnap.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.yaml.snakeyaml.Yaml;

/** JSON for tests, with single quotes and bare names; and the CRD that tests of the API server serve. */
public final class Json {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES, JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES)
            .build();

    private Json() {}

    public static JsonNode json(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static ObjectNode object(String text) {
        return (ObjectNode) json(text);
    }

    public static ObjectNode yaml(String text) {
        return MAPPER.valueToTree(new Yaml().load(text));
    }

    /** A CRD of BackupPolicies that has a bit of everything. */
    public static ObjectNode policiesCrd() {
        try (InputStream file = Json.class.getResourceAsStream("/io/doksnap/apiserver/policies-crd.yaml")) {
            return MAPPER.valueToTree(new Yaml().load(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Its only version. */
    public static ObjectNode policiesCrdVersion() {
        return (ObjectNode) policiesCrd().at("/spec/versions/0");
    }

    /** The schema of that version. */
    public static ObjectNode policiesSchema() {
        return (ObjectNode) policiesCrdVersion().at("/schema/openAPIV3Schema");
    }
}
