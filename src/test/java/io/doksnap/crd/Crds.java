package io.doksnap.crd;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.api.Backup;
import io.doksnap.api.BackupDestination;
import io.doksnap.api.BackupPolicy;
import io.doksnap.api.Restore;
import io.doksnap.api.Snapshot;
import io.doksnap.operator.resource.BackupResource;
import io.doksnap.operator.resource.DestinationResource;
import io.doksnap.operator.resource.PolicyResource;
import io.doksnap.operator.resource.RestoreResource;
import io.doksnap.operator.resource.SnapshotResource;
import io.doksnap.policy.PolicyFields;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.crdv2.generator.CustomResourceInfo;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;

/** Writes the custom resource definitions of {@code crd/} from the Java types. */
final class Crds {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String HEADER = """
            # Generated from the types of io.doksnap.api: do not edit. After a change of theirs, write it anew with
            #   ./mvnw test -Dtest=CrdTest -Dcrd.write=true
            """;

    private static final List<Definition> KINDS = List.of(
            new Definition(PolicyResource.class, BackupPolicy.class, PolicyFields.keywords(), Column.policy()),
            new Definition(BackupResource.class, Backup.class, OtherFields.backup(), Column.backup()),
            new Definition(SnapshotResource.class, Snapshot.class, Map.of(), Column.snapshot()),
            new Definition(RestoreResource.class, Restore.class, OtherFields.restore(), Column.restore()),
            new Definition(
                    DestinationResource.class,
                    BackupDestination.class,
                    OtherFields.destination(),
                    Column.destination()));

    private Crds() {}

    /** The text of each file by its name. */
    static Map<String, String> generate() throws IOException {
        Comments comments = Comments.read();
        Map<String, String> files = new TreeMap<>();
        for (Definition kind : KINDS) {
            CustomResourceInfo info = CustomResourceInfo.fromClass(kind.resource());
            files.put(
                    info.group() + "_" + info.plural() + ".yaml",
                    yaml(finish(generated(kind.resource()), kind, comments)));
        }
        return files;
    }

    private static JsonNode generated(Class<? extends HasMetadata> resource) {
        List<JsonNode> crds = new ArrayList<>();
        new CRDGenerator()
                .customResourceClasses(List.of(resource))
                .withOutput(new CRDGenerator.AbstractCRDOutput<ByteArrayOutputStream>() {
                    @Override
                    protected ByteArrayOutputStream createStreamFor(String name) {
                        return new ByteArrayOutputStream();
                    }
                })
                .withPostProcessor(new io.fabric8.crdv2.generator.CRDPostProcessor() {
                    @Override
                    public HasMetadata process(HasMetadata crd, String version) {
                        crds.add(JSON.valueToTree(crd));
                        return crd;
                    }
                })
                .generate();
        return crds.get(0);
    }

    private static ObjectNode finish(JsonNode generated, Definition kind, Comments comments) {
        JsonNode names = generated.path("spec").path("names");
        JsonNode version = generated.path("spec").path("versions").path(0);
        ObjectNode crd = JSON.createObjectNode();
        crd.set("apiVersion", generated.get("apiVersion"));
        crd.set("kind", generated.get("kind"));
        crd.set("metadata", JSON.createObjectNode().set("name", generated.at("/metadata/name")));
        ObjectNode spec = crd.putObject("spec");
        spec.set("group", generated.at("/spec/group"));
        ObjectNode finishedNames = spec.putObject("names");
        for (String name : List.of("kind", "plural", "singular", "shortNames")) {
            finishedNames.set(name, names.get(name));
        }
        finishedNames.put("listKind", names.path("kind").asText() + "List");
        finishedNames.putArray("categories").add("doksnap").add("all");
        spec.set("scope", generated.at("/spec/scope"));
        ObjectNode finished = spec.putArray("versions").addObject();
        finished.set("name", version.get("name"));
        finished.put("served", true).put("storage", true);
        finished.set(
                "additionalPrinterColumns",
                JSON.valueToTree(kind.columns().stream().map(Column::json).toList()));
        finished.putObject("subresources").putObject("status");
        finished.putObject("schema").set("openAPIV3Schema", schema(version, kind, comments));
        return crd;
    }

    private static ObjectNode schema(JsonNode version, Definition kind, Comments comments) {
        JsonNode properties = version.at("/schema/openAPIV3Schema/properties");
        RecordSchema records = new RecordSchema(comments, OtherFields.withConditions(kind.rules()));
        ObjectNode schema = JSON.createObjectNode();
        schema.put("description", comments.of(kind.record()));
        schema.put("type", "object");
        schema.putArray("required").add("spec");
        ObjectNode finished = schema.putObject("properties");
        finished.putObject("apiVersion")
                .put("description", "Always doksnap.io/v1.")
                .put("type", "string");
        finished.putObject("kind")
                .put("description", "Always " + kind.record().getSimpleName() + ".")
                .put("type", "string");
        finished.putObject("metadata").put("type", "object");
        for (String part : List.of("spec", "status")) {
            finished.set(part, records.finish(properties.path(part), kind.part(part), part));
        }
        return schema;
    }

    private static String yaml(ObjectNode crd) throws JsonProcessingException {
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        options.setIndent(2);
        options.setWidth(120);
        options.setSplitLines(true);
        return HEADER + new Yaml(options).dump(JSON.treeToValue(crd, Object.class));
    }

    /** Our type of a kind, with what is said of it here. */
    private record Definition(
            Class<? extends HasMetadata> resource,
            Class<? extends Record> record,
            Map<String, Map<String, Object>> rules,
            List<Column> columns) {

        Class<?> part(String name) {
            for (var component : record.getRecordComponents()) {
                if (component.getName().equals(name)) {
                    return component.getType();
                }
            }
            throw new IllegalArgumentException(record + " has no " + name);
        }
    }
}
