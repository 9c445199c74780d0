package io.doksnap.crd;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** The files of {@code crd/} are what the Java types say. */
class CrdTest {
    private static final Path DIRECTORY = Path.of("crd");
    private static final String SCHEMA = "/spec/versions/0/schema/openAPIV3Schema";

    /** What Java knows and RE2, which Kubernetes uses, does not: look-around, back references, possessive repetition. */
    private static final Pattern NOT_RE2 = Pattern.compile("\\(\\?[=!<>]|\\\\[1-9]|[*+?}]\\+");

    @Test
    void filesAreGeneratedFromTheTypes() throws IOException {
        for (Map.Entry<String, String> file : Crds.generate().entrySet()) {
            Path path = DIRECTORY.resolve(file.getKey());
            if (Boolean.getBoolean("crd.write")) {
                Files.writeString(path, file.getValue());
            }
            assertThat(path)
                    .as("write it anew with ./mvnw test -Dtest=CrdTest -Dcrd.write=true")
                    .content()
                    .isEqualTo(file.getValue());
        }
    }

    @Test
    void everyFieldOfEveryKindIsExplained() throws IOException {
        List<String> silent = new ArrayList<>();
        for (JsonNode crd : crds()) {
            String kind = crd.at("/spec/names/kind").asText();
            findFields(crd.at(SCHEMA), "", (path, field) -> {
                if (!path.equals(".metadata")
                        && field.path("description").asText().length() < 8) {
                    silent.add(kind + path);
                }
            });
        }
        assertThat(silent).isEmpty();
    }

    @Test
    void everyPatternIsOneThatKubernetesReads() throws IOException {
        for (JsonNode crd : crds()) {
            findFields(crd.at(SCHEMA), "", (path, field) -> {
                String pattern = field.path("pattern").asText();
                assertThat(NOT_RE2.matcher(pattern).find())
                        .as(path + ": " + pattern)
                        .isFalse();
            });
        }
    }

    /** A default inside a list would make every apply say "configured", and CEL is evaluated by no embedded server. */
    @Test
    void nothingHasADefaultAndNothingIsInCel() throws IOException {
        for (Map.Entry<String, String> file : Crds.generate().entrySet()) {
            assertThat(file.getValue()).doesNotContain("default:", "x-kubernetes-validations");
        }
    }

    private static List<JsonNode> crds() throws IOException {
        List<JsonNode> crds = new ArrayList<>();
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            for (Path file :
                    files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList()) {
                crds.add(new ObjectMapper().valueToTree(new Yaml().load(Files.readString(file))));
            }
        }
        assertThat(crds).hasSize(5);
        return crds;
    }

    private static void findFields(JsonNode schema, String path, Visitor visitor) {
        schema.path("properties").properties().forEach(field -> {
            String here = path + "." + field.getKey();
            visitor.field(here, field.getValue());
            findFields(field.getValue(), here, visitor);
        });
        if (schema.has("items")) {
            findFields(schema.get("items"), path + "[]", visitor);
        }
    }

    private interface Visitor {
        void field(String path, JsonNode schema);
    }
}
