package io.doksnap.crd;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.apiserver.schema.SchemaProblem;
import io.doksnap.apiserver.schema.StructuralSchema;
import io.doksnap.operator.resource.PolicyResource;
import io.doksnap.operator.resource.ResourceJson;
import io.doksnap.policy.AllowedPaths;
import io.doksnap.policy.LocalHooks;
import io.doksnap.policy.PolicyReader;
import io.doksnap.policy.PolicyResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.yaml.snakeyaml.Yaml;

/** What the API refuses by the schemas alone, and what it must not refuse. */
class SchemaTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int ATTEMPTS = 1_500;

    /** Values that fit somewhere, and some that fit nowhere. */
    private static final String[] TEXTS = {
        "a",
        "Shop_1",
        "-x",
        "a b",
        "../x",
        "/srv/x",
        "/",
        "relative/x",
        "5m",
        "0",
        "90s",
        "5 minutes",
        "1h30m",
        "-1h",
        "999999d",
        "0 2 * * *",
        "@daily",
        "every day",
        "60 * * * *",
        "none",
        "stop",
        "pause",
        "gpg",
        "postgres",
        "Once",
        "once",
        "Fail",
        "Europe/Berlin",
        "Mars/Phobos",
        "+02:00",
        "*.log",
        "{a",
        "HUP",
        "SIGKILL",
        "9",
        "full",
        "zstd",
        "a.b-c_d",
        "A".repeat(64),
        "a".repeat(300),
        "kill",
        "restart",
        "auto",
        "shop-web.example.org",
        "x=y",
        "ü"
    };

    private static final int[] NUMBERS = {-1, 0, 1, 2, 7, 10, 11, 100, 101, 104, 120, 121, 365, 366, 1000, 1001};

    private final PolicyReader reader = new PolicyReader(ZoneOffset.UTC, AllowedPaths.usual(), LocalHooks.ALLOWED);

    @TestFactory
    Stream<DynamicTest> everySampleIsTakenAsItStands() throws IOException {
        return samples().stream()
                .map(sample ->
                        DynamicTest.dynamicTest(sample.at("/metadata/name").asText(), () -> {
                            StructuralSchema schema = schema(sample.path("kind").asText());
                            ObjectNode pruned = sample.deepCopy();
                            assertThat(schema.prune(pruned)).isEmpty();
                            schema.applyDefaults(pruned);
                            assertThat(pruned).isEqualTo(sample);
                            assertThat(schema.validate(sample)).isEmpty();
                        }));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {retention: {keepLast: 3}}                                        | spec.target: Required value
            {sources: []}                                                     | spec.target: Required value
            {target: {container: a, service: b}}                              | spec.target: Too many: 2
            {target: {}}                                                      | spec.target: Invalid value
            {target: {container: 'a b'}}                                      | spec.target.container: Invalid value: "a b"
            {target: {compose: {project: a}}}                                 | spec.target.compose.service: Required value
            {target: {container: a}, schedule: {cron: every day}}             | spec.schedule.cron: Invalid value: "every day"
            {target: {container: a}, schedule: {jitter: 5 minutes}}           | spec.schedule.jitter: Invalid value
            {target: {container: a}, retention: {keepLast: -1}}               | spec.retention.keepLast: Invalid value: -1
            {target: {container: a}, retention: {daily: 366}}                 | spec.retention.daily: Invalid value: 366
            {target: {container: a}, retention: {daily: '7'}}                 | spec.retention.daily: Invalid value: "string"
            {target: {container: a}, quiesce: {mode: halt}}                   | spec.quiesce.mode: Unsupported value: "halt"
            {target: {container: a}, retry: {attempts: 11}}                   | spec.retry.attempts: Invalid value: 11
            {target: {container: a}, encryption: {name: a, method: gpg}}      | spec.encryption: Invalid value
            {target: {container: a}, hooks: {pre: [{timeout: 5m}]}}           | spec.hooks.pre[0].exec: Required value
            {sources: [{name: a, volume: b, directory: /c}]}                  | spec.sources[0]: Invalid value
            {sources: [{name: a}]}                                            | spec.sources[0].volume: Required value
            {sources: [{volume: a}]}                                          | spec.sources[0].name: Required value
            {sources: [{name: a, volume: b}, {name: a, volume: c}]}           | spec.sources[1]: Duplicate value
            {sources: [{name: a, directory: srv}]}                            | spec.sources[0].directory: Invalid value: "srv"
            """)
    void plainMistakesAreRefusedWithTheirPlace(String spec, String complaint) throws IOException {
        assertThat(schema("BackupPolicy").validate(policy(spec)))
                .extracting(SchemaProblem::text)
                .anySatisfy(text -> assertThat(text).startsWith(complaint));
    }

    @Test
    void unknownFieldsAreNamed() throws IOException {
        assertThat(schema("BackupPolicy").prune(policy("{target: {container: a}, shedule: {}, retention: {keep: 1}}")))
                .containsExactlyInAnyOrder("spec.shedule", "spec.retention.keep");
    }

    /** The objects of config.yaml pass through the API, and have only been asked by the reader. */
    @Test
    void whatTheSchemaRefusesTheReaderRefusesToo() throws IOException {
        Random random = new Random(20260213);
        StructuralSchema schema = schema("BackupPolicy");
        List<ObjectNode> policies = samples().stream()
                .filter(sample -> sample.path("kind").asText().equals("BackupPolicy"))
                .toList();
        int refused = 0;
        int taken = 0;
        for (int i = 0; i < ATTEMPTS; i++) {
            ObjectNode policy = policies.get(random.nextInt(policies.size())).deepCopy();
            change(policy.path("spec"), random);
            List<SchemaProblem> problems = schema.validate(policy);
            if (problems.isEmpty()) {
                taken++;
                continue;
            }
            refused++;
            PolicyResource resource = ResourceJson.mapper().convertValue(policy, PolicyResource.class);
            resource.getMetadata().setNamespace("default");
            assertThat(reader.read(resource.toBackupPolicy()))
                    .as("%s is refused for %s", policy.path("spec"), problems)
                    .isInstanceOf(PolicyResult.Invalid.class);
        }
        assertThat(refused).as("the property was tried").isGreaterThan(ATTEMPTS / 5);
        assertThat(taken).isGreaterThan(ATTEMPTS / 5);
    }

    /** Changes, removes or doubles one thing somewhere. */
    private static void change(JsonNode spec, Random random) {
        List<Runnable> changes = new ArrayList<>();
        collect(spec, random, changes);
        changes.get(random.nextInt(changes.size())).run();
    }

    private static void collect(JsonNode node, Random random, List<Runnable> changes) {
        if (node instanceof ObjectNode object) {
            object.properties().forEach(field -> {
                String name = field.getKey();
                changes.add(() -> object.remove(name));
                if (field.getValue().isTextual()) {
                    changes.add(() -> object.put(name, TEXTS[random.nextInt(TEXTS.length)]));
                    changes.add(() -> object.put(name, TEXTS[random.nextInt(TEXTS.length)]));
                } else if (field.getValue().isInt()) {
                    changes.add(() -> object.put(name, NUMBERS[random.nextInt(NUMBERS.length)]));
                }
                collect(field.getValue(), random, changes);
            });
        } else if (node instanceof ArrayNode array && !array.isEmpty()) {
            changes.add(array::removeAll);
            changes.add(() -> array.add(array.get(0).deepCopy()));
            if (array.get(0).isTextual()) {
                changes.add(() -> array.set(0, TEXTS[random.nextInt(TEXTS.length)]));
            }
            array.forEach(item -> collect(item, random, changes));
        }
    }

    private static ObjectNode policy(String spec) {
        return JSON.valueToTree(new Yaml()
                .load("{apiVersion: doksnap.io/v1, kind: BackupPolicy, metadata: {name: x}, spec: " + spec + "}"));
    }

    private static StructuralSchema schema(String kind) throws IOException {
        for (String text : Crds.generate().values()) {
            JsonNode crd = JSON.valueToTree(new Yaml().load(text));
            if (crd.at("/spec/names/kind").asText().equals(kind)) {
                return StructuralSchema.of((ObjectNode) crd.at("/spec/versions/0/schema/openAPIV3Schema"));
            }
        }
        throw new IllegalArgumentException(kind);
    }

    private static List<ObjectNode> samples() throws IOException {
        List<ObjectNode> samples = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of("crd/samples"))) {
            for (Path file : files.sorted().toList()) {
                new Yaml().loadAll(Files.readString(file)).forEach(one -> samples.add(JSON.valueToTree(one)));
            }
        }
        return samples;
    }
}
