package io.doksnap.crd;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.doksnap.operator.resource.BackupResource;
import io.doksnap.operator.resource.DestinationResource;
import io.doksnap.operator.resource.PolicyResource;
import io.doksnap.operator.resource.ResourceJson;
import io.doksnap.operator.resource.RestoreResource;
import io.doksnap.policy.AllowedPaths;
import io.doksnap.policy.LocalHooks;
import io.doksnap.policy.PolicyReader;
import io.doksnap.policy.PolicyResult;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.yaml.snakeyaml.Yaml;

/** What {@code crd/samples} shows works as it stands. */
class SamplesTest {
    private static final Map<String, Class<? extends CustomResource<?, ?>>> TYPES = Map.of(
            "BackupPolicy", PolicyResource.class,
            "Backup", BackupResource.class,
            "Restore", RestoreResource.class,
            "BackupDestination", DestinationResource.class);

    private final KubernetesSerialization json = ResourceJson.serialization();
    private final ObjectMapper mapper = new ObjectMapper();

    @TestFactory
    Stream<DynamicTest> everySampleIsReadWholeAndWrittenAsItStands() throws IOException {
        return all().stream()
                .map(sample -> DynamicTest.dynamicTest(name(sample), () -> {
                    CustomResource<?, ?> read = json.unmarshal(
                            sample.toString(), TYPES.get(sample.path("kind").asText()));
                    JsonNode written = mapper.readTree(json.asJson(read));
                    assertThat(written.path("spec")).isEqualTo(sample.path("spec"));
                }));
    }

    @TestFactory
    Stream<DynamicTest> everyPolicyMakesSense() throws IOException {
        PolicyReader reader = new PolicyReader(ZoneOffset.UTC, AllowedPaths.usual(), LocalHooks.REFUSED);
        return all().stream()
                .filter(sample -> sample.path("kind").asText().equals("BackupPolicy"))
                .map(sample -> DynamicTest.dynamicTest(name(sample), () -> {
                    PolicyResource read = json.unmarshal(sample.toString(), PolicyResource.class);
                    read.getMetadata().setNamespace("default");
                    assertThat(reader.read(read.toBackupPolicy())).isInstanceOf(PolicyResult.Valid.class);
                }));
    }

    /** A field that no sample shows would be tried by nobody. A process on the host is for config.yaml alone. */
    @Test
    void samplesShowEveryFieldOfAPolicy() throws IOException {
        Set<String> shown = new TreeSet<>();
        for (JsonNode sample : all()) {
            if (sample.path("kind").asText().equals("BackupPolicy")) {
                paths(sample.path("spec"), "spec", shown);
            }
        }
        Set<String> known = new TreeSet<>();
        JsonNode crd = mapper.valueToTree(new Yaml().load(Crds.generate().get("doksnap.io_backuppolicies.yaml")));
        fields(crd.at("/spec/versions/0/schema/openAPIV3Schema/properties/spec"), "spec", known);
        // Hooks are alike, whenever they are carried out.
        known.removeIf(path -> path.matches("spec.hooks.(post|failure).*|.*\\.local.*|.*hooks.pre.*docker.*"));
        assertThat(shown).containsAll(known);
    }

    private static void fields(JsonNode schema, String path, Set<String> found) {
        found.add(path);
        schema.path("properties").properties().forEach(f -> fields(f.getValue(), path + "." + f.getKey(), found));
        if (schema.path("items").has("properties")) {
            schema.path("items")
                    .path("properties")
                    .properties()
                    .forEach(f -> fields(f.getValue(), path + "." + f.getKey(), found));
        }
    }

    private static void paths(JsonNode value, String path, Set<String> found) {
        found.add(path);
        if (value.isArray()) {
            value.forEach(item -> paths(item, path, found));
        }
        value.properties().forEach(f -> paths(f.getValue(), path + "." + f.getKey(), found));
    }

    private List<JsonNode> all() throws IOException {
        List<JsonNode> samples = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of("crd/samples"))) {
            for (Path file : files.sorted().toList()) {
                new Yaml().loadAll(Files.readString(file)).forEach(one -> samples.add(mapper.valueToTree(one)));
            }
        }
        assertThat(samples).hasSizeGreaterThan(5);
        return samples;
    }

    private static String name(JsonNode sample) {
        return sample.path("kind").asText() + " "
                + sample.path("metadata").path("name").asText();
    }
}
