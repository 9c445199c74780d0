package io.doksnap.apiserver.schema;

import static io.doksnap.testing.Json.json;
import static io.doksnap.testing.Json.object;
import static io.doksnap.testing.Json.policiesSchema;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.testing.RandomJson;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

class StructuralSchemaTest {
    private static final StructuralSchema SCHEMA = StructuralSchema.of(policiesSchema());

    /** A spec, and what Kubernetes says of it. */
    @TestFactory
    Stream<DynamicTest> problemsAreWordedAsKubernetesWordsThem() {
        return Stream.of(
                says("{target: {container: 'a'}}"),
                says(
                        "{}",
                        "spec: Invalid value: \"\": \"spec\" must validate at least one schema (anyOf)",
                        "spec.target: Required value"),
                says("{sources: [{volume: 'v'}]}", "spec.sources[0].name: Required value"),
                says(
                        "{sources: [{name: 'a'}, {name: 'b'}, {name: 'a'}]}",
                        "spec.sources[2]: Duplicate value: {\"name\":\"a\"}"),
                says("{target: {container: 'a', service: 'b'}}", "spec.target: Too many: 2: must have at most 1 items"),
                says(
                        "{target: {container: ''}}",
                        "spec.target.container: Invalid value: \"\": spec.target.container in body should be at least 1 chars long"),
                says(
                        "{target: {}}",
                        "spec.target: Invalid value: {}: spec.target in body should have at least 1 properties"),
                says(
                        "{sources: [], quiesce: {mode: 'halt'}}",
                        "spec.quiesce.mode: Unsupported value: \"halt\": supported values: \"none\", \"pause\", \"stop\""),
                says(
                        "{sources: [], retention: {keepLast: 0}}",
                        "spec.retention.keepLast: Invalid value: 0: spec.retention.keepLast in body should be greater than or equal to 1"),
                says(
                        "{sources: [], retention: {keepLast: 'seven'}}",
                        "spec.retention.keepLast: Invalid value: \"string\": spec.retention.keepLast in body must be of type integer: \"string\""),
                says(
                        "{sources: [], retention: {keepLast: 7.5}}",
                        "spec.retention.keepLast: Invalid value: \"number\": spec.retention.keepLast in body must be of type integer: \"number\""),
                says("{sources: [], retention: {keepLast: 7.0}}"),
                says(
                        "{sources: [], retention: {keepLast: 1e300}}",
                        "spec.retention.keepLast: Invalid value: 1.0E300: spec.retention.keepLast in body must be of type int32",
                        "spec.retention.keepLast: Invalid value: 1.0E300: spec.retention.keepLast in body should be less than or equal to 1000"),
                says(
                        "{sources: [], displayName: '123456789012345678901'}",
                        "spec.displayName: Too long: may not be more than 20 bytes"),
                says(
                        "{sources: [], host: 'Not OK'}",
                        "spec.host: Invalid value: \"Not OK\": spec.host in body should match '^[a-z0-9.-]*$'"));
    }

    @TestFactory
    Stream<DynamicTest> rarerKeywordsAreJudgedToo() {
        return Stream.of(
                says("{sources: [], limit: 5}"),
                says("{sources: [], limit: '5%'}"),
                says(
                        "{sources: [], limit: true}",
                        "spec.limit: Invalid value: \"boolean\": spec.limit in body must be of type integer,string: \"boolean\""),
                says(
                        "{sources: [], ratio: 0}",
                        "spec.ratio: Invalid value: 0: spec.ratio in body should be greater than 0"),
                says(
                        "{sources: [], ratio: 0.7}",
                        "spec.ratio: Invalid value: 0.7: spec.ratio in body should be a multiple of 0.5"),
                says("{sources: [], quiesce: {with: ['a', 'a']}}", "spec.quiesce.with[1]: Duplicate value: \"a\""),
                says(
                        "{sources: [{name: 'a'}, {name: 'b'}, {name: 'c'}, {name: 'd'}, {name: 'e'}]}",
                        "spec.sources: Too many: 5: must have at most 4 items"),
                says(
                        "{target: {matchLabels: {tier: 5}}}",
                        "spec.target.matchLabels.tier: Invalid value: \"integer\": spec.target.matchLabels.tier in body must be of type string: \"integer\""),
                says(
                        "{sources: [], quiesce: {timeout: 'soon'}}",
                        "spec.quiesce.timeout: Invalid value: \"soon\": spec.quiesce.timeout in body must be of type duration"),
                says("{sources: [], note: null}"));
    }

    private static DynamicTest says(String spec, String... problems) {
        ObjectNode policy = object("{apiVersion: 'doksnap.io/v1', kind: 'BackupPolicy', metadata: {name: 'a'}}");
        policy.set("spec", json(spec));
        return DynamicTest.dynamicTest(
                spec,
                () -> assertThat(SCHEMA.validate(policy).stream().map(SchemaProblem::text))
                        .containsExactlyInAnyOrder(problems));
    }

    @Test
    void problemAtTheTopNamesTheField() {
        assertThat(SCHEMA.validate(object("{metadata: {name: 5}}")).stream().map(SchemaProblem::text))
                .containsExactly(
                        "spec: Required value",
                        "metadata.name: Invalid value: \"integer\": metadata.name in body must be of type string: \"integer\"");
    }

    @Test
    void branchesOfOneOfAllOfAndNotAreJudged() {
        StructuralSchema schema = StructuralSchema.of(object("""
                {properties: {spec: {type: 'object',
                  oneOf: [{required: ['a']}, {required: ['b']}],
                  allOf: [{properties: {a: {maxLength: 3}}}],
                  not: {required: ['c']},
                  properties: {a: {type: 'string'}, b: {type: 'string'}, c: {type: 'string'}}}}}"""));
        assertThat(texts(schema, "{spec: {a: 'x'}}")).isEmpty();
        assertThat(texts(schema, "{spec: {a: 'x', b: 'y'}}"))
                .containsExactly(
                        "spec: Invalid value: \"\": \"spec\" must validate one and only one schema (oneOf). Found 2 valid alternatives");
        assertThat(texts(schema, "{spec: {}}"))
                .first()
                .asString()
                .endsWith("must validate one and only one schema (oneOf). Found none valid");
        assertThat(texts(schema, "{spec: {a: 'long'}}"))
                .containsExactly("spec.a: Too long: may not be more than 3 bytes");
        assertThat(texts(schema, "{spec: {a: 'x', c: ''}}"))
                .containsExactly("spec: Invalid value: \"\": \"spec\" must not validate the schema (not)");
    }

    private static List<String> texts(StructuralSchema schema, String object) {
        return schema.validate(object(object)).stream().map(SchemaProblem::text).toList();
    }

    @Test
    void updateIsNotBlamedForWhatWasWrongBefore() {
        ObjectNode old = object("{spec: {sources: [], host: 'NOT OK'}}");
        ObjectNode status = old.deepCopy();
        status.putObject("status").put("size", 5);
        assertThat(SCHEMA.validateUpdate(status, old)).isEmpty();
        ObjectNode worse = old.deepCopy();
        worse.withObjectProperty("spec").put("displayName", "123456789012345678901");
        assertThat(SCHEMA.validateUpdate(worse, old))
                .extracting(SchemaProblem::path)
                .containsExactly("spec.displayName");
    }

    @Test
    void defaultsAreFilledInAndNullsThatAreNoValueGo() {
        ObjectNode policy = object("{spec: {suspend: null, quiesce: {timeout: null}, note: null, host: null}}");
        SCHEMA.applyDefaults(policy);
        assertThat(policy).isEqualTo(object("{spec: {suspend: false, quiesce: {mode: 'none'}, note: null}}"));
    }

    @Test
    void unknownFieldsAreDroppedAndNamed() {
        ObjectNode policy = object("""
                {apiVersion: 'v', kind: 'k', metadata: {name: 'a', labels: {any: 'b'}, nmae: 'c'}, wrong: 1,
                 spec: {extra: {deep: {er: 1}}, target: {matchLabels: {x: 'y'}, contaner: 'z'},
                        sources: [{name: 'a'}, {name: 'b', exlude: []}], scedule: {}}}""");
        assertThat(SCHEMA.prune(policy))
                .containsExactly(
                        "wrong", "metadata.nmae", "spec.scedule", "spec.target.contaner", "spec.sources[1].exlude");
        assertThat(policy).isEqualTo(object("""
                {apiVersion: 'v', kind: 'k', metadata: {name: 'a', labels: {any: 'b'}},
                 spec: {extra: {deep: {er: 1}}, target: {matchLabels: {x: 'y'}}, sources: [{name: 'a'}, {name: 'b'}]}}"""));
    }

    @Test
    void pruningAndDefaultingTwiceChangesNothingMore() {
        Random random = new Random(4);
        RandomJson some = new RandomJson(random);
        StructuralSchema schema = StructuralSchema.of(
                object("""
                {properties: {spec: {type: 'object', properties: {
                    a: {type: 'object', default: {b: null}, properties: {b: {type: 'string', default: 'x'}, name: {type: 'object'}}},
                    b: {type: 'array', items: {type: 'object', properties: {a: {type: 'string'}, b: {nullable: true}}}},
                    name: {type: 'object', additionalProperties: {type: 'string'}},
                    spec: {x-kubernetes-preserve-unknown-fields: true}}}}}""".replace("x-kubernetes-preserve-unknown-fields", "'x-kubernetes-preserve-unknown-fields'")));
        for (int i = 0; i < 2_000; i++) {
            ObjectNode once = JsonNodeFactory.instance.objectNode();
            once.set("spec", some.object(4));
            schema.prune(once);
            schema.applyDefaults(once);
            ObjectNode twice = once.deepCopy();
            assertThat(schema.prune(twice)).isEmpty();
            schema.applyDefaults(twice);
            assertThat(twice).isEqualTo(once);
            schema.validate(once);
        }
    }

    @Test
    @Timeout(20)
    void hostileObjectsNeitherHangNorOverflowTheStack() {
        ObjectNode policy = object("{spec: {sources: [], ratio: 1e-400, limit: 1e308}}");
        JsonNode deep = JsonNodeFactory.instance.objectNode();
        for (int i = 0; i < 100_000; i++) {
            deep = JsonNodeFactory.instance.objectNode().set("a", deep);
        }
        ObjectNode spec = policy.withObjectProperty("spec");
        spec.set("extra", deep);
        spec.put("host", "a".repeat(1_000_000) + "!");
        ArrayNode sources = spec.putArray("sources");
        for (int i = 0; i < 100_000; i++) {
            sources.addObject().put("name", 5);
        }
        spec.put("ratio", new java.math.BigDecimal("1e999999999"));
        SCHEMA.prune(policy);
        SCHEMA.applyDefaults(policy);
        assertThat(SCHEMA.validate(policy)).hasSize(100);
    }

    @Test
    void patternOfCatastrophesTakesLinearTime() {
        StructuralSchema schema =
                StructuralSchema.of(object("{properties: {spec: {type: 'string', pattern: '^(a+)+$'}}}"));
        ObjectNode object = JsonNodeFactory.instance.objectNode().put("spec", "a".repeat(10_000) + "b");
        assertThat(org.junit.jupiter.api.Assertions.assertTimeoutPreemptively(
                        Duration.ofSeconds(10), () -> schema.validate(object)))
                .hasSize(1);
    }

    @Test
    void patternThatCannotBeReadIsNamed() {
        ObjectNode broken = object("{properties: {spec: {type: 'string', pattern: '('}}}");
        assertThatThrownBy(() -> StructuralSchema.of(broken))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("The schema's pattern '('");
    }

    @Test
    void coreKindsAreKnown() {
        StructuralSchema secret = CoreKinds.schema("v1", "Secret").orElseThrow();
        ObjectNode object =
                object("{metadata: {name: 'a', creationTimestamp: null}, data: {a: 'YQ==', b: '!'}, date: {}}");
        assertThat(secret.prune(object)).containsExactly("date");
        secret.applyDefaults(object);
        assertThat(object.path("metadata").has("creationTimestamp")).isFalse();
        assertThat(secret.validate(object)).extracting(SchemaProblem::path).containsExactly("data.b");
        assertThat(CoreKinds.schema("coordination.k8s.io/v1", "Lease")).isPresent();
        assertThat(CoreKinds.schema("v1", "Pod")).isEmpty();
    }
}
