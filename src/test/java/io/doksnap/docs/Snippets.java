package io.doksnap.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.declare.ConfigReader;
import io.doksnap.declare.Declarations.Rejected;
import io.doksnap.declare.labels.Carrier;
import io.doksnap.declare.labels.Labels;
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
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.Yaml;

/** YAML of the guides, read by whatever would read it: resources, Compose files with labels, or parts of {@code config.yaml}. */
final class Snippets {
    private static final Map<String, Class<? extends CustomResource<?, ?>>> TYPES = Map.of(
            "BackupPolicy", PolicyResource.class,
            "Backup", BackupResource.class,
            "Restore", RestoreResource.class,
            "BackupDestination", DestinationResource.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final KubernetesSerialization resources = ResourceJson.serialization();

    void check(String text) throws IOException {
        for (Object document : new Yaml().loadAll(text)) {
            JsonNode node = JSON.valueToTree(document);
            if (TYPES.containsKey(node.path("kind").asText())) {
                resource(node);
            } else if (node.has("services")) {
                for (JsonNode service : node.path("services")) {
                    labels(service.path("labels"));
                    labels(service.at("/deploy/labels"));
                }
            } else if (node.has("sources")) {
                ((ObjectNode) node).putObject("target").put("container", "shop");
                resource(JSON.createObjectNode().put("kind", "BackupPolicy").set("spec", node));
            } else {
                config(text, node);
            }
        }
    }

    /** One label a line, as {@code name=value}. */
    void checkLabels(String lines) {
        Map<String, String> labels = new HashMap<>();
        lines.lines()
                .map(line -> line.split("=", 2))
                .forEach(pair -> labels.put(pair[0], pair.length > 1 ? pair[1] : ""));
        check(labels);
    }

    private void resource(JsonNode node) throws IOException {
        CustomResource<?, ?> read =
                resources.unmarshal(node.toString(), TYPES.get(node.path("kind").asText()));
        assertThat(JSON.readTree(resources.asJson(read)).path("spec"))
                .as("what was read of the spec")
                .isEqualTo(node.path("spec"));
        if (read instanceof PolicyResource policy) {
            policy.getMetadata().setNamespace("default");
            policy.getMetadata().setName("shop");
            PolicyReader reader = new PolicyReader(ZoneOffset.UTC, AllowedPaths.usual(), LocalHooks.REFUSED);
            assertThat(reader.read(policy.toBackupPolicy())).isInstanceOf(PolicyResult.Valid.class);
        }
    }

    private static void labels(JsonNode node) {
        Map<String, String> labels = new LinkedHashMap<>();
        node.properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        if (node.isArray()) {
            node.forEach(label -> labels.put(
                    label.asText().replaceAll("=.*", ""), label.asText().replaceFirst("^[^=]*=?", "")));
        }
        if (!labels.isEmpty()) {
            check(labels);
        }
    }

    private static void check(Map<String, String> labels) {
        labels.keySet().removeIf(label -> !label.startsWith("doksnap."));
        assertThat(new Labels(ZoneOffset.UTC, AllowedPaths.usual(), false).read(Carrier.container("shop", labels)))
                .as("policies of %s", labels)
                .allSatisfy(policy -> assertThat(policy.problems()).isEmpty());
    }

    /** What a part does not say, the rest of the file would. */
    private static void config(String text, JsonNode node) throws IOException {
        Path file = Files.createTempFile("snippet", ".yaml");
        try {
            boolean stores = node.has("s3") || node.has("storage") || node.has("destinations");
            Files.writeString(
                    file,
                    text
                            + (stores ? "" : "\nstorage: {directory: backups}\n")
                            + (node.has("apps") ? "" : "\napps: []\n"));
            Map<String, String> environment = Map.of("GPG_PUBLIC_KEY_FILE", "key.asc", "DOKSNAP_API_KEY", "x");
            if (new ConfigReader().read(file, environment) instanceof Rejected rejected) {
                throw new AssertionError(List.copyOf(rejected.problems()).toString());
            }
        } finally {
            Files.delete(file);
        }
    }
}
