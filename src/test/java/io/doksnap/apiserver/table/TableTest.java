package io.doksnap.apiserver.table;

import static io.doksnap.testing.Json.json;
import static io.doksnap.testing.Json.object;
import static io.doksnap.testing.Json.policiesCrdVersion;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.apiserver.table.TableColumns.Include;
import io.doksnap.testing.RandomJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TableTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

    @Test
    void agesAreThoseOfTheGoldenFile() throws IOException {
        for (String line : golden("ages.txt").lines().toList()) {
            String[] cells = line.split("\\s+", -1);
            assertThat(Age.of(Duration.parse(cells[0]))).as(cells[0]).isEqualTo(cells[1]);
        }
    }

    @Test
    void ageOfWhatIsNoTimeIsInvalid() {
        assertThat(Age.of("", NOW)).isEqualTo("<unknown>");
        assertThat(Age.of("yesterday", NOW)).isEqualTo("<invalid>");
        assertThat(Age.of("2026-11-23T11:00:00+01:00", NOW)).isEqualTo("120m");
    }

    @Test
    void tableIsThatOfTheGoldenFile() throws IOException {
        ObjectNode policy = object("""
                {metadata: {name: 'shop', namespace: 'default', creationTimestamp: '2026-11-20T12:00:00Z', uid: 'u'},
                 spec: {target: {container: 'shop-web'}, schedule: {cron: '0 2 * * *'}, host: 'a'},
                 status: {size: 5, lastSuccess: '2026-11-23T11:57:00Z',
                          conditions: [{type: 'Stalled', status: 'False'}, {type: 'Ready', status: 'True'}]}}""");
        ObjectNode bare = object("{metadata: {name: 'bare'}, spec: {}}");
        ObjectNode table = TableColumns.ofCrdVersion(policiesCrdVersion())
                .table(List.of(policy, bare), json("{resourceVersion: '7'}"), Include.METADATA, NOW);
        assertThat(table.toPrettyString())
                .isEqualToNormalizingNewlines(golden("table.json").stripTrailing());
    }

    @Test
    void rowCarriesWhatIsAskedFor() {
        JsonNode object = json("{metadata: {name: 'a'}, data: {x: 'y'}}");
        TableColumns columns = TableColumns.ofCoreKind("ConfigMap");
        JsonNode none = columns.table(List.of(object), json("{}"), Include.of("None"), NOW)
                .at("/rows/0");
        JsonNode whole = columns.table(List.of(object), json("{}"), Include.of("Object"), NOW)
                .at("/rows/0");
        assertThat(none.path("object").isNull()).isTrue();
        assertThat(whole.path("object")).isEqualTo(object);
        assertThat(whole.path("cells")).isEqualTo(json("['a', 1, '<unknown>']"));
        assertThat(Include.of("")).isEqualTo(Include.METADATA);
    }

    @Test
    void coreKindsHaveTheColumnsThatPeopleKnow() {
        assertThat(
                        cells(
                                "Namespace",
                                "{metadata: {name: 'a', creationTimestamp: '2026-11-23T11:59:00Z'}, status: {phase: 'Active'}}"))
                .isEqualTo(json("['a', 'Active', '60s']"));
        assertThat(cells("Secret", "{metadata: {name: 'a'}, type: 'Opaque', data: {a: '', b: ''}}"))
                .isEqualTo(json("['a', 'Opaque', 2, '<unknown>']"));
        assertThat(cells(
                        "CustomResourceDefinition",
                        "{metadata: {name: 'a', creationTimestamp: '2026-11-23T11:59:00Z'}}"))
                .isEqualTo(json("['a', '2026-11-23T11:59:00Z']"));
        assertThat(cells("Lease", "{metadata: {name: 'a'}, spec: {holderIdentity: 'me'}}"))
                .isEqualTo(json("['a', 'me', '<unknown>']"));
        assertThat(cells("Event", """
                {metadata: {name: 'e'}, type: 'Warning', reason: 'Failed', message: ' no ', count: 3, firstTimestamp: '2026-11-23T10:00:00Z',
                 lastTimestamp: '2026-11-23T11:00:00Z', involvedObject: {kind: 'BackupPolicy', name: 'shop'}, source: {component: 'doksnap', host: 'h'}}"""))
                .isEqualTo(json(
                        "['60m', 'Warning', 'Failed', 'backuppolicy/shop', '', 'doksnap, h', 'no', '120m', 3, 'e']"));
    }

    private static JsonNode cells(String kind, String object) {
        return TableColumns.ofCoreKind(kind)
                .table(List.of(json(object)), json("{}"), Include.NONE, NOW)
                .at("/rows/0/cells");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                ".a.b                                  | [1]",
                "{.a.b}                                | [1]",
                "$.a.b                                 | [1]",
                ".a['b']                               | [1]",
                ".a['x.y']                             | [2]",
                ".a.x\\.y                              | [2]",
                ".l[0]                                 | ['p']",
                ".l[-1]                                | ['q']",
                ".l[*]                                 | ['p','q']",
                ".l[5]                                 | []",
                ".none.at.all                          | []",
                ".c[?(@.type==\"Ready\")].status       | ['True']",
                ".c[?(@.type == 'Ready')].status       | ['True']",
                ".c[?(@.type!='Ready')].status         | ['False']",
                ".c[?(@.n>1)].type                     | ['Ready']",
                ".c[?(@.n<=1)].type                    | ['Other']",
                ".c[?(@.status)].n                     | [2, 1]",
                ".c[?(@.nested.on==true)].n            | [1]",
                ".c[*].type                            | ['Ready','Other']",
                ".a.*                                  | [1, 2]"
            })
    void pathFindsWhatKubectlFinds(String path, String found) {
        JsonNode object = json("""
                {a: {b: 1, 'x.y': 2}, l: ['p', 'q'],
                 c: [{type: 'Ready', status: 'True', n: 2}, {type: 'Other', status: 'False', n: 1, nested: {on: true}}]}""");
        assertThat(JsonPath.parse(path).find(object)).containsExactlyElementsOf(json(found));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a", ".a[", ".a[x]", ".a[?(@.b==)]", ".a['b]", "..a", ".a]", ".a[?(@.b==1]", ".a[99999999999]"})
    void brokenPathIsNamed(String path) {
        assertThatThrownBy(() -> JsonPath.parse(path))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("The JSONPath " + path);
    }

    @Test
    void pathsOnRandomObjectsNeverFail() {
        Random random = new Random(3);
        RandomJson some = new RandomJson(random);
        List<String> parts = List.of(
                ".a", ".b", "['x.y']", "[0]", "[-1]", "[*]", ".*", "[?(@.a==1)]", "[?(@.name)]", "[?(@.b<'ü')]");
        for (int i = 0; i < 5_000; i++) {
            StringBuilder path = new StringBuilder();
            for (int length = random.nextInt(5); length >= 0; length--) {
                path.append(parts.get(random.nextInt(parts.size())));
            }
            assertThat(JsonPath.parse(path.toString()).find(some.value(5))).doesNotContainNull();
        }
    }

    private static String golden(String name) throws IOException {
        try (var file = TableTest.class.getResourceAsStream(name)) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
