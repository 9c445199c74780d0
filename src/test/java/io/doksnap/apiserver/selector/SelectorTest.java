package io.doksnap.apiserver.selector;

import static io.doksnap.testing.Json.json;
import static io.doksnap.testing.Json.policiesCrdVersion;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SelectorTest {
    private static final JsonNode OBJECT = json(
            "{metadata: {name: 'shop', namespace: 'default', labels: {app: 'shop', tier: 'data', gen: '7', empty: ''}}, spec: {host: 'a,b=c'}}");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "app",
                "app=shop",
                "app==shop",
                "app = shop , tier",
                "app!=web",
                "other!=web",
                "!other",
                "empty=",
                "empty",
                "empty in (,a)",
                "app in (web, shop)",
                "app notin (web)",
                "other notin (shop)",
                "gen>6",
                "gen<8",
                "app=shop,tier in (data,web),!none",
                "in=,!in"
            })
    void labelSelectorMatches(String selector) throws SelectorException {
        boolean absent = selector.startsWith("in=");
        assertThat(LabelSelector.parse(selector).matches(OBJECT)).isEqualTo(!absent);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "app=web",
                "!app",
                "other",
                "other=",
                "app notin (shop)",
                "tier in (a,b)",
                "gen>7",
                "app>1",
                "app=shop,tier=web"
            })
    void labelSelectorDoesNotMatch(String selector) throws SelectorException {
        assertThat(LabelSelector.parse(selector).matches(OBJECT)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "app in (a                 | found '', expected: ',' or ')'",
                "app in a                  | found 'a', expected: '('",
                "app=a b                   | found 'b', expected: ',' or 'end of string'",
                "=a                        | found '=', expected: !, identifier, or 'end of string'",
                "a,                        | found '', expected: identifier after ','",
                "app=-x                    | values[0][app]: Invalid value: \"-x\"",
                "-app                      | key: Invalid value: \"-app\"",
                "a/b/c=d                   | key: Invalid value: \"a/b/c\"",
                "app>x                     | must be an integer",
                "app like x                | found 'like', expected: in, notin, =, ==, !=, gt, lt"
            })
    void brokenLabelSelectorIsExplained(String selector, String message) {
        assertThatThrownBy(() -> LabelSelector.parse(selector))
                .isInstanceOf(SelectorException.class)
                .hasMessageStartingWith("unable to parse requirement: ")
                .hasMessageContaining(message);
    }

    @Test
    void labelSelectorSurvivesItsOwnText() throws SelectorException {
        String text = "a in (x,y),b notin (z),!c,d,e>5,f<6";
        assertThat(LabelSelector.parse(text)).hasToString(text);
    }

    @Test
    void anyTextIsASelectorOrItsException() {
        Random random = new Random(11);
        String letters = "ab1=!(),<> in notin\\-./\u00fc";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(20); length > 0; length--) {
                text.append(letters.charAt(random.nextInt(letters.length())));
            }
            try {
                LabelSelector selector = LabelSelector.parse(text.toString());
                selector.matches(OBJECT);
                assertThat(LabelSelector.parse(selector.toString())).isEqualTo(selector);
            } catch (SelectorException expected) {
                assertThat(expected).hasMessageStartingWith("unable to parse requirement");
            }
            try {
                FieldSelector.parse("metadata.name=" + text, SelectableFields.ofCoreKind("Secret"))
                        .matches(OBJECT);
            } catch (SelectorException expected) {
                assertThat(expected.getMessage()).isNotEmpty();
            }
        }
    }

    @Test
    void exactlyOneOfInAndNotInMatches() throws SelectorException {
        Random random = new Random(5);
        for (int i = 0; i < 500; i++) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            ObjectNode labels = object.putObject("metadata").putObject("labels");
            if (random.nextBoolean()) {
                labels.put("k", "v" + random.nextInt(4));
            }
            String set = "(v" + random.nextInt(4) + ",v" + random.nextInt(4) + ")";
            boolean in = LabelSelector.parse("k in " + set).matches(object);
            boolean out = LabelSelector.parse("k notin " + set).matches(object);
            assertThat(in).isNotEqualTo(out);
        }
    }

    @Test
    void fieldSelectorReadsFieldsOfTheKind() throws SelectorException {
        SelectableFields fields = SelectableFields.ofCrdVersion(policiesCrdVersion());
        assertThat(FieldSelector.parse("metadata.name=shop,metadata.namespace!=kube-system", fields)
                        .matches(OBJECT))
                .isTrue();
        assertThat(FieldSelector.parse("metadata.name==shop,", fields).valueOf("metadata.name"))
                .contains("shop");
        assertThat(FieldSelector.parse("spec.host=a\\,b\\=c", fields).matches(OBJECT))
                .isTrue();
        assertThat(FieldSelector.parse("spec.host=", fields).matches(OBJECT)).isFalse();
        assertThat(FieldSelector.parse("", fields).matches(OBJECT)).isTrue();
    }

    @Test
    void eventsAreSelectedByWhatTheyAreAbout() throws SelectorException {
        SelectableFields fields = SelectableFields.ofCoreKind("Event");
        JsonNode event = json(
                "{involvedObject: {kind: 'BackupPolicy', name: 'shop', uid: 'u'}, source: {component: 'doksnap'}}");
        assertThat(FieldSelector.parse("involvedObject.kind=BackupPolicy,involvedObject.uid=u,source=doksnap", fields)
                        .matches(event))
                .isTrue();
        assertThat(FieldSelector.parse("regarding.kind=BackupPolicy,regarding.name=shop", fields)
                        .matches(event))
                .isTrue();
        assertThat(FieldSelector.parse("regarding.name=other", fields).matches(event))
                .isFalse();
    }

    @Test
    void unknownFieldAndBrokenTermAreNamed() {
        SelectableFields fields = SelectableFields.ofCoreKind("ConfigMap");
        assertThatThrownBy(() -> FieldSelector.parse("spec.color=red", fields))
                .hasMessage("field label not supported: spec.color");
        assertThatThrownBy(() -> FieldSelector.parse("metadata.name", fields))
                .hasMessage("invalid selector: 'metadata.name'; can't understand 'metadata.name'");
        assertThatThrownBy(() -> FieldSelector.parse("metadata.name=a\\b", fields))
                .hasMessageContaining("invalid escape sequence");
    }
}
