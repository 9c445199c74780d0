package io.doksnap.operator.resource;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.type.TypeFactory;
import io.doksnap.api.BackupPolicySpec;
import io.doksnap.api.BackupPolicySpec.TargetSpec;
import io.doksnap.api.Condition;
import io.doksnap.api.ConditionType;
import io.doksnap.api.Reason;
import io.fabric8.kubernetes.api.model.DefaultKubernetesResourceList;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.WatchEvent;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.ByteArrayInputStream;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class ResourceJsonTest {
    private static final List<Class<? extends CustomResource<?, ?>>> KINDS = List.of(
            PolicyResource.class,
            BackupResource.class,
            SnapshotResource.class,
            RestoreResource.class,
            DestinationResource.class);

    private final KubernetesSerialization json = ResourceJson.serialization();

    @Test
    void errorOfAWatchIsAStatusSoThatTheClientListsAnew() {
        WatchEvent event = json.unmarshal("""
                {"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",
                 "message":"too old resource version: 405 (406)","reason":"Expired","code":410}}""", WatchEvent.class);
        assertThat(event.getObject())
                .isInstanceOfSatisfying(
                        Status.class, status -> assertThat(status.getCode()).isEqualTo(410));
    }

    @TestFactory
    Stream<DynamicTest> everyFieldComesBackAsItWasWritten() {
        return KINDS.stream()
                .map(kind -> DynamicTest.dynamicTest(kind.getSimpleName(), () -> {
                    for (int seed = 0; seed < 200; seed++) {
                        CustomResource<?, ?> written = random(kind, new RandomRecords(new Random(seed), seed == 0));
                        CustomResource<?, ?> read = json.unmarshal(json.asJson(written), kind);
                        assertThat(read.getSpec()).as("seed %s", seed).isEqualTo(written.getSpec());
                        assertThat(read.getStatus()).as("seed %s", seed).isEqualTo(written.getStatus());
                        assertThat(json.clone(written)).as("seed %s", seed).isEqualTo(written);
                    }
                }));
    }

    @Test
    void aFieldOfAnotherShapeIsLeftOutAndSaid() {
        PolicyResource read = json.unmarshal("""
            {"apiVersion": "doksnap.io/v1", "kind": "BackupPolicy", "metadata": {"name": "shop", "namespace": "default"},
             "spec": {"host": "one", "retention": "7", "sources": [{"name": "a", "volume": {"of": "shop"}}, "b"]},
             "status": {"conditions": "none", "snapshots": 3}}\
            """, PolicyResource.class);

        assertThat(read.getSpec().host()).isEqualTo("one");
        assertThat(read.getSpec().retention()).isNull();
        assertThat(read.getSpec().sources()).hasSize(1);
        assertThat(read.getStatus().snapshots()).isEqualTo(3);
        assertThat(read.getMetadata().getAnnotations())
                .containsEntry(
                        DoksnapNames.INVALID,
                        "spec.retention is a string, which this version cannot read; spec.sources[0].volume is an"
                                + " object, which this version cannot read; spec.sources[1] is a string, which this"
                                + " version cannot read: it was stored under another schema; correct it with kubectl edit,"
                                + " or make it anew");
    }

    @TestFactory
    Stream<DynamicTest> noShapeOfAFieldHidesTheOtherObjectsOfAList() {
        return KINDS.stream()
                .map(kind -> DynamicTest.dynamicTest(kind.getSimpleName(), () -> {
                    for (int seed = 0; seed < 300; seed++) {
                        Random random = new Random(seed);
                        ObjectMapper plain = new ObjectMapper();
                        JsonNode good = plain.readTree(json.asJson(random(kind, new RandomRecords(random, true))));
                        JsonNode bad = good.deepCopy();
                        misshape((ObjectNode) bad.get(random.nextBoolean() ? "spec" : "status"), random);
                        ObjectNode list = plain.createObjectNode();
                        list.putArray("items").add(bad).add(good);

                        DefaultKubernetesResourceList<?> read = json.unmarshal(
                                new ByteArrayInputStream(list.toString().getBytes(StandardCharsets.UTF_8)),
                                new ListOf(kind));

                        assertThat(read.getItems()).as("seed %s", seed).hasSize(2);
                        assertThat(json.asJson(read.getItems().get(1)))
                                .as("seed %s", seed)
                                .isEqualTo(json.asJson(json.unmarshal(good.toString(), kind)));
                    }
                }));
    }

    /** A list of one of our kinds, as the client asks for it. */
    private static final class ListOf extends TypeReference<DefaultKubernetesResourceList<?>> {
        private final Class<?> kind;

        ListOf(Class<?> kind) {
            this.kind = kind;
        }

        @Override
        public Type getType() {
            return TypeFactory.defaultInstance().constructParametricType(DefaultKubernetesResourceList.class, kind);
        }
    }

    /** Puts something else into the place of one of the values, however deep. */
    private static void misshape(ObjectNode object, Random random) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        if (names.isEmpty()) {
            return;
        }
        String name = names.get(random.nextInt(names.size()));
        if (object.get(name) instanceof ObjectNode inner && random.nextInt(3) > 0) {
            misshape(inner, random);
            return;
        }
        switch (random.nextInt(5)) {
            case 0 -> object.put(name, "text");
            case 1 -> object.put(name, 1L << 40);
            case 2 -> object.put(name, true);
            case 3 -> object.putObject(name).put("some", "thing");
            default -> object.putArray(name).add(1).addObject().putArray("deep");
        }
    }

    @TestFactory
    Stream<DynamicTest> everyFieldHasItsNameInTheJson() {
        return KINDS.stream()
                .map(kind -> DynamicTest.dynamicTest(kind.getSimpleName(), () -> {
                    CustomResource<?, ?> full = random(kind, new RandomRecords(new Random(1), true));
                    JsonNode tree = new ObjectMapper().readTree(json.asJson(full));
                    assertFields((Record) full.getSpec(), tree.get("spec"));
                    assertFields((Record) full.getStatus(), tree.get("status"));
                }));
    }

    @Test
    void absentFieldsAreLeftOut() {
        PolicyResource policy = new PolicyResource();
        policy.setMetadata(new ObjectMetaBuilder().withName("shop").build());
        policy.setSpec(json.unmarshal("{}", BackupPolicySpec.class));
        assertThat(json.asJson(policy)).contains("\"spec\":{}").doesNotContain("status");
    }

    @Test
    void falseThatSomebodyWroteIsNoAbsentValue() {
        DestinationResource place = json.unmarshal("""
            {"spec":{"s3":{"pathStyle":false,"prefix":""}}}
            """, DestinationResource.class);
        assertThat(json.asJson(place)).contains("\"pathStyle\":false").contains("\"prefix\":\"\"");
    }

    @Test
    void timesAreWrittenToTheSecond() {
        BackupResource backup = json.unmarshal("""
            {"spec":{"policy":"shop","nominalTime":"2025-03-30T04:00:00.75+02:00"}}
            """, BackupResource.class);
        assertThat(json.asJson(backup)).contains("\"nominalTime\":\"2025-03-30T02:00:00Z\"");
    }

    @Test
    void timeThatIsNoneIsAbsent() {
        BackupResource backup = json.unmarshal("""
            {"spec":{"policy":"shop","nominalTime":"tomorrow"}}
            """, BackupResource.class);
        assertThat(backup.getSpec().nominalTime()).isNull();
        assertThat(backup.getSpec().policy()).isEqualTo("shop");
    }

    @Test
    void whatANewerVersionWroteIsPassedOver() {
        PolicyResource policy = json.unmarshal("""
            {"metadata":{"name":"shop"},"more":1,
             "spec":{"target":{"pod":"x","container":"shop-web"},"tags":["a"],"sources":[null]},
             "status":{"lastResult":"Teleported","conditions":[
               {"type":"Levitating","status":"True","reason":"Scheduled","message":""},
               {"type":"Ready","status":"True","reason":"Teleported","message":""},
               {"type":"UpToDate","status":"False","reason":"Overdue","message":"late","since":1}]}}
            """, PolicyResource.class);
        assertThat(policy.getSpec().target())
                .isNotNull()
                .extracting(TargetSpec::container)
                .isEqualTo("shop-web");
        assertThat(policy.getSpec().sources()).isEmpty();
        assertThat(policy.getStatus().lastResult()).isNull();
        assertThat(policy.getStatus().conditions())
                .containsExactly(new Condition(
                        ConditionType.UP_TO_DATE, Condition.Status.FALSE, Reason.OVERDUE, "late", null, 0));
    }

    @Test
    void resourceWithoutASpecHasAnEmptyOne() {
        PolicyResource policy = json.unmarshal("""
            {"metadata":{"name":"shop","namespace":"default"}}
            """, PolicyResource.class);
        assertThat(policy.toBackupPolicy().spec().sources()).isEmpty();
        assertThat(policy.toBackupPolicy().metadata().name()).isEqualTo("shop");
    }

    @Test
    void ofManagedFieldsItIsReadWhoManagesButNotWhat() {
        BackupResource backup = json.unmarshal("""
            {"metadata":{"name":"shop","managedFields":[{"manager":"kubectl","operation":"Apply","fieldsType":"FieldsV1",\
            "fieldsV1":{"f:spec":{"f:policy":{}}}}]}}
            """, BackupResource.class);
        ManagedFieldsEntry entry = backup.getMetadata().getManagedFields().get(0);
        assertThat(entry.getManager()).isEqualTo("kubectl");
        assertThat(entry.getOperation()).isEqualTo("Apply");
        assertThat(entry.getFieldsV1()).isNull();
        assertThat(entry.getAdditionalProperties()).isEmpty();
        assertThat(json.asJson(backup)).doesNotContain("f:policy");
    }

    @Test
    void otherKindsAreReadAsEver() {
        Event event = json.unmarshal("""
            {"apiVersion":"v1","kind":"Event","metadata":{"name":"x"},"reason":"Due","count":2}
            """, Event.class);
        assertThat(event.getReason()).isEqualTo("Due");
        assertThat(json.asJson(event)).contains("\"count\":2");
    }

    private static CustomResource<?, ?> random(Class<? extends CustomResource<?, ?>> kind, RandomRecords records)
            throws ReflectiveOperationException {
        CustomResource<?, ?> made = kind.getDeclaredConstructor().newInstance();
        made.setMetadata(new ObjectMetaBuilder()
                .withName("shop")
                .withNamespace("default")
                .build());
        var types = ((ParameterizedType) kind.getGenericSuperclass()).getActualTypeArguments();
        fill(
                made,
                records.next(((Class<?>) types[0]).asSubclass(Record.class)),
                records.next(((Class<?>) types[1]).asSubclass(Record.class)));
        return made;
    }

    @SuppressWarnings("unchecked")
    private static void fill(CustomResource<?, ?> resource, Object spec, Object status) {
        ((CustomResource<Object, Object>) resource).setSpec(spec);
        ((CustomResource<Object, Object>) resource).setStatus(status);
    }

    private static void assertFields(Record record, JsonNode json) throws ReflectiveOperationException {
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            Object value = component.getAccessor().invoke(record);
            JsonNode field = json.get(component.getName());
            assertThat(field).as("%s in %s", component.getName(), json).isNotNull();
            if (value instanceof Record inner) {
                assertFields(inner, field);
            } else if (value instanceof List<?> list && list.get(0) instanceof Record inner) {
                assertFields(inner, field.get(0));
            } else if (value instanceof Map<?, ?> map) {
                assertThat(field).hasSize(map.size());
            }
        }
    }
}
