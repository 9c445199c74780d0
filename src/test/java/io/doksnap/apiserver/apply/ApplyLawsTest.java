package io.doksnap.apiserver.apply;

import static io.doksnap.testing.Json.json;
import static io.doksnap.testing.Json.object;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.apiserver.schema.StructuralSchema;
import io.doksnap.testing.RandomJson;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What holds of server-side apply whatever is applied, by whom, in which order. */
class ApplyLawsTest {
    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
    private static final StructuralSchema SCHEMA = StructuralSchema.of(object("""
            {properties: {spec: {type: 'object', properties: {
                one: {type: 'string'}, two: {type: 'string'},
                struct: {type: 'object', properties: {a: {type: 'string'}, b: {type: 'string'}}},
                map: {type: 'object', additionalProperties: {type: 'string'}},
                atom: {type: 'object', 'x-kubernetes-map-type': 'atomic', properties: {a: {type: 'string'}, b: {type: 'string'}}},
                set: {type: 'array', items: {type: 'string'}, 'x-kubernetes-list-type': 'set'},
                list: {type: 'array', items: {type: 'string'}},
                keyed: {type: 'array', 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['k'],
                        items: {type: 'object', properties: {k: {type: 'string'}, a: {type: 'string'}, b: {type: 'string'}}}}}}}}"""));

    private final Random random = new Random(42);

    @Test
    void applyingTwiceIsApplyingOnce() throws Exception {
        for (int i = 0; i < 1_000; i++) {
            ObjectNode live = history(random.nextInt(4));
            ObjectNode applied = config();
            Applier me = new Applier("m" + random.nextInt(3), "", true, NOW);
            ObjectNode once = ServerSideApply.apply(live, applied, me, SCHEMA);
            Applier later = new Applier(me.manager(), "", false, NOW.plusSeconds(99));
            assertThat(ServerSideApply.apply(once, applied, later, SCHEMA)).isEqualTo(once);
        }
    }

    @Test
    void whatIsForcedIsThereAndNobodyElseHasAnotherIdea() throws Exception {
        for (int i = 0; i < 1_000; i++) {
            ObjectNode applied = config();
            ObjectNode after = ServerSideApply.apply(history(3), applied, new Applier("me", "", true, NOW), SCHEMA);
            JsonNode again = Merging.merge(Ownership.withoutManagedFields(after), applied, SCHEMA.root());
            assertThat(again).isEqualTo(Ownership.withoutManagedFields(after));
        }
    }

    @Test
    void givingEverythingUpLeavesExactlyWhatTheOthersHave() throws Exception {
        for (int i = 0; i < 1_000; i++) {
            ObjectNode others = ServerSideApply.apply(null, config(), new Applier("other", "", true, NOW), SCHEMA);
            ObjectNode mine = config();
            ObjectNode both;
            try {
                both = ServerSideApply.apply(others, mine, new Applier("me", "", false, NOW), SCHEMA);
            } catch (ApplyConflict expected) {
                continue;
            }
            ObjectNode left = ServerSideApply.apply(both, bare(), new Applier("me", "", false, NOW), SCHEMA);
            assertThat(sorted(left.path("spec"))).isEqualTo(sorted(others.path("spec")));
            assertThat(left.path("metadata").path("managedFields"))
                    .isEqualTo(others.path("metadata").path("managedFields"));
        }
    }

    @Test
    void conflictLeavesTheFieldsAloneAndForceResolvesIt() throws Exception {
        int conflicts = 0;
        for (int i = 0; i < 1_000; i++) {
            ObjectNode live = history(2);
            ObjectNode before = live == null ? null : live.deepCopy();
            ObjectNode applied = config();
            try {
                ServerSideApply.apply(live, applied, new Applier("new", "", false, NOW), SCHEMA);
            } catch (ApplyConflict conflict) {
                conflicts++;
                assertThat(conflict.conflicts()).isNotEmpty();
                ServerSideApply.apply(live, applied, new Applier("new", "", true, NOW), SCHEMA);
            }
            assertThat(live).isEqualTo(before);
        }
        assertThat(conflicts).isGreaterThan(100);
    }

    @Test
    void everyFieldOfAnUpdateHasAnOwner() throws Exception {
        for (int i = 0; i < 1_000; i++) {
            ObjectNode live = history(3);
            ObjectNode next = config();
            next.withObjectProperty("spec").put("one", "always");
            ObjectNode after = Ownership.afterUpdate(live, next, new Applier("u", "", false, NOW), SCHEMA);
            FieldSet all = Ownership.of(after).all();
            FieldSet present = FieldSets.of(next, SCHEMA.root());
            assertThat(present.minus(all).isEmpty())
                    .as("%s of %s", present.minus(all).toJson(), after)
                    .isTrue();
            assertThat(Ownership.afterUpdate(after, after, new Applier("x", "", false, NOW.plusSeconds(9)), SCHEMA))
                    .isEqualTo(after);
        }
    }

    @Test
    void fieldSetsSurviveTheirJson() {
        RandomJson some = new RandomJson(random);
        for (int i = 0; i < 1_000; i++) {
            FieldSet set = FieldSets.of(i % 2 == 0 ? config() : some.object(5), SCHEMA.root());
            assertThat(FieldSet.fromJson(set.toJson())).contains(set);
            FieldSet other = FieldSets.of(config(), SCHEMA.root());
            assertThat(set.union(other).minus(other).minus(set).isEmpty()).isTrue();
            assertThat(set.minus(other).union(set.intersection(other))).isEqualTo(set);
        }
    }

    /** Whoever calls checks the outcome with the schema; here it only must not fail in a way of its own. */
    @Test
    void objectsWithoutAnySenseFailOnlyWithTheExceptionsForThem() {
        RandomJson some = new RandomJson(random);
        for (int i = 0; i < 3_000; i++) {
            ObjectNode live = i % 3 == 0 ? null : senseless(some);
            ObjectNode applied = senseless(some);
            Applier who = new Applier("kubectl", i % 5 == 0 ? "status" : "", i % 2 == 0, NOW);
            try {
                Ownership.afterUpdate(live, applied, who, SCHEMA);
                ServerSideApply.apply(live, applied, who, SCHEMA);
            } catch (ApplyConflict | ApplyException expected) {
                assertThat(expected.getMessage()).isNotEmpty();
            }
        }
    }

    private ObjectNode senseless(RandomJson some) {
        ObjectNode object = some.object(4);
        object.set("metadata", some.value(3));
        if (random.nextBoolean()) {
            object.set("metadata", some.object(3).set("annotations", some.value(2)));
        }
        object.set("spec", random.nextBoolean() ? some.value(3) : config().path("spec"));
        if (object.path("spec") instanceof ObjectNode spec) {
            spec.set("keyed", some.value(3));
            spec.set("map", some.value(2));
        }
        return object;
    }

    @Test
    void fieldsThatAreNoneAreRefused() {
        assertThat(List.of(
                        "{'x:a': {}}",
                        "{'k:[]': {}}",
                        "{'k:{': {}}",
                        "{'v:': {}}",
                        "{'v:1 2': {}}",
                        "[]",
                        "{'f:a': 1}",
                        "{'': {}}"))
                .allSatisfy(text -> assertThat(FieldSet.fromJson(json(text))).isEqualTo(Optional.empty()));
        assertThat(FieldSet.fromJson(json("{'k:{ \"b\": 1, \"a\": 2 }': {}, 'i:0': {}}"))
                        .orElseThrow()
                        .children())
                .containsKey(new Element("k:{\"a\":2,\"b\":1}"));
    }

    private static ObjectNode bare() {
        return object("{apiVersion: 'x/v1', kind: 'X', metadata: {name: 'a'}}");
    }

    private @Nullable ObjectNode history(int writes) throws Exception {
        ObjectNode live = null;
        for (int i = 0; i < writes; i++) {
            Applier who = new Applier("m" + random.nextInt(3), "", true, NOW.plusSeconds(i));
            live = random.nextInt(3) == 0
                    ? Ownership.afterUpdate(live, config(), who, SCHEMA)
                    : ServerSideApply.apply(live, config(), who, SCHEMA);
        }
        return live;
    }

    private ObjectNode config() {
        ObjectNode config = bare();
        ObjectNode spec = config.withObjectProperty("spec");
        for (String name : List.of("one", "two")) {
            maybe(spec, name);
        }
        for (String name : List.of("struct", "map", "atom")) {
            if (random.nextInt(3) == 0) {
                ObjectNode inside = spec.putObject(name);
                maybe(inside, "a");
                inside.put("b", value());
            }
        }
        for (String name : List.of("set", "list")) {
            if (random.nextInt(3) == 0) {
                ArrayNode list = spec.putArray(name);
                List.of("p", "q", "r").stream()
                        .filter(item -> random.nextBoolean())
                        .forEach(list::add);
                list.add("z");
            }
        }
        if (random.nextInt(2) == 0) {
            ArrayNode keyed = spec.putArray("keyed");
            for (String key : List.of("x", "y", "z")) {
                if (random.nextBoolean() || key.equals("z")) {
                    ObjectNode item = keyed.addObject().put("k", key);
                    maybe(item, "a");
                    maybe(item, "b");
                }
            }
        }
        return config;
    }

    private void maybe(ObjectNode object, String name) {
        if (random.nextBoolean()) {
            object.put(name, value());
        }
    }

    private String value() {
        return "v" + random.nextInt(2);
    }

    /** Lists of items that others own come together in any order. */
    private static JsonNode sorted(JsonNode spec) {
        JsonNode copy = spec.deepCopy();
        for (Map.Entry<String, JsonNode> field : copy.properties()) {
            if (field.getValue() instanceof ArrayNode list) {
                List<JsonNode> items = new java.util.ArrayList<>();
                list.forEach(items::add);
                items.sort(java.util.Comparator.comparing(JsonNode::toString));
                list.removeAll();
                list.addAll(items);
            }
        }
        return copy;
    }
}
