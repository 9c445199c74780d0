package io.doksnap.apiserver.patch;

import static io.doksnap.testing.Json.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.apiserver.schema.CoreKinds;
import io.doksnap.apiserver.schema.StructuralSchema;
import io.doksnap.testing.RandomJson;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PatchTest {
    /** RFC 7396, appendix A, in full. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'a':'b'}                   | {'a':'c'}                     | {'a':'c'}",
                "{'a':'b'}                   | {'b':'c'}                     | {'a':'b','b':'c'}",
                "{'a':'b'}                   | {'a':null}                    | {}",
                "{'a':'b','b':'c'}           | {'a':null}                    | {'b':'c'}",
                "{'a':['b']}                 | {'a':'c'}                     | {'a':'c'}",
                "{'a':'c'}                   | {'a':['b']}                   | {'a':['b']}",
                "{'a':{'b':'c'}}             | {'a':{'b':'d','c':null}}      | {'a':{'b':'d'}}",
                "{'a':[{'b':'c'}]}           | {'a':[1]}                     | {'a':[1]}",
                "['a','b']                   | ['c','d']                     | ['c','d']",
                "{'a':'b'}                   | ['c']                         | ['c']",
                "{'a':'foo'}                 | null                          | null",
                "{'a':'foo'}                 | 'bar'                         | 'bar'",
                "{'e':null}                  | {'a':1}                       | {'e':null,'a':1}",
                "[1,2]                       | {'a':'b','c':null}            | {'a':'b'}",
                "{}                          | {'a':{'bb':{'ccc':null}}}     | {'a':{'bb':{}}}"
            })
    void mergePatchDoesWhatItsSpecificationShows(String target, String patch, String result) throws PatchException {
        assertThat(MergePatch.apply(json(target), json(patch))).isEqualTo(json(result));
    }

    @Test
    void mergePatchTwiceIsMergePatchOnceAndLeavesItsTarget() throws PatchException {
        RandomJson some = new RandomJson(new Random(1));
        for (int i = 0; i < 3_000; i++) {
            JsonNode target = some.value(4);
            JsonNode before = target.deepCopy();
            JsonNode patch = some.value(4);
            JsonNode once = MergePatch.apply(target, patch);
            assertThat(MergePatch.apply(once, patch)).isEqualTo(once);
            assertThat(MergePatch.apply(target, JsonNodeFactory.instance.objectNode()))
                    .isEqualTo(target.isObject() ? target : JsonNodeFactory.instance.objectNode());
            assertThat(target).isEqualTo(before);
        }
    }

    /** RFC 6902, appendix A. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'foo':'bar'} | [{'op':'add','path':'/baz','value':'qux'}] | {'baz':'qux','foo':'bar'}",
                "{'foo':['bar','baz']} | [{'op':'add','path':'/foo/1','value':'qux'}] | {'foo':['bar','qux','baz']}",
                "{'baz':'qux','foo':'bar'} | [{'op':'remove','path':'/baz'}] | {'foo':'bar'}",
                "{'foo':['bar','qux','baz']} | [{'op':'remove','path':'/foo/1'}] | {'foo':['bar','baz']}",
                "{'baz':'qux','foo':'bar'} | [{'op':'replace','path':'/baz','value':'boo'}] | {'baz':'boo','foo':'bar'}",
                "{'foo':{'bar':'baz','waldo':'fred'},'qux':{'corge':'grault'}} | [{'op':'move','from':'/foo/waldo','path':'/qux/thud'}] | {'foo':{'bar':'baz'},'qux':{'corge':'grault','thud':'fred'}}",
                "{'foo':['all','grass','cows','eat']} | [{'op':'move','from':'/foo/1','path':'/foo/3'}] | {'foo':['all','cows','eat','grass']}",
                "{'baz':'qux','foo':['a',2,'c']} | [{'op':'test','path':'/baz','value':'qux'},{'op':'test','path':'/foo/1','value':2}] | {'baz':'qux','foo':['a',2,'c']}",
                "{'foo':'bar'} | [{'op':'add','path':'/child','value':{'grandchild':{}}}] | {'foo':'bar','child':{'grandchild':{}}}",
                "{'foo':'bar'} | [{'op':'add','path':'/baz','value':'qux','xyz':123}] | {'foo':'bar','baz':'qux'}",
                "{'/':9,'~':10} | [{'op':'test','path':'/~1','value':9},{'op':'test','path':'/~0','value':10}] | {'/':9,'~':10}",
                "{'foo':['bar']} | [{'op':'add','path':'/foo/-','value':['abc','def']}] | {'foo':['bar',['abc','def']]}",
                "{'a':1} | [{'op':'copy','from':'/a','path':'/b'}] | {'a':1,'b':1}",
                "{'a':1} | [] | {'a':1}",
                "{'a':1} | [{'op':'replace','path':'','value':{'b':2}}] | {'b':2}"
            })
    void jsonPatchDoesWhatItsSpecificationShows(String target, String patch, String result) throws PatchException {
        assertThat(JsonPatch.apply(json(target), json(patch))).isEqualTo(json(result));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[1]",
                "[{}]",
                "[{'op':'spam','path':'/a'}]",
                "[{'op':'add','path':'/a/b/c','value':1}]",
                "[{'op':'remove','path':'/none'}]",
                "[{'op':'replace','path':'/none','value':1}]",
                "[{'op':'test','path':'/baz','value':'bar'}]",
                "[{'op':'test','path':'/none','value':1}]",
                "[{'op':'add','path':'/l/9','value':1}]",
                "[{'op':'add','path':'/l/x','value':1}]",
                "[{'op':'remove','path':'/l/9'}]",
                "[{'op':'add','path':'baz','value':1}]",
                "[{'op':'copy','from':'/none','path':'/b'}]",
                "[{'op':'move','from':'/l','path':'/l/0'}]",
                "[{'op':'add','path':'/a'}]",
                "[{'op':'copy','path':'/a'}]",
                "[{'op':'copy','from':'l','path':'/a'}]",
                "[{'op':'test','path':'/~0','value':'10'}]",
                "[{'op':'remove','path':'/~01'}]"
            })
    void jsonPatchThatDoesNotFitIsAnExceptionOfItsKind(String patch) {
        JsonNode target = json("{'baz':'qux','l':[1],'~':10,'~1':1}");
        JsonNode before = target.deepCopy();
        assertThatThrownBy(() -> JsonPatch.apply(target, json(patch)))
                .isInstanceOf(PatchException.class)
                .message()
                .isNotEmpty();
        assertThat(target).isEqualTo(before);
    }

    @Test
    void randomJsonPatchesFailOnlyWithTheirException() {
        Random random = new Random(8);
        RandomJson some = new RandomJson(random);
        String[] paths = {
            "", "/", "/a", "/b/a", "/spec/0", "/name/-", "/with~0tilde", "/with~1slash/1", "/~2", "/a/-1", "/a/01", "x"
        };
        String[] names = {"add", "remove", "replace", "move", "copy", "test"};
        for (int i = 0; i < 5_000; i++) {
            ArrayNode patch = JsonNodeFactory.instance.arrayNode();
            for (int n = random.nextInt(4); n >= 0; n--) {
                ObjectNode operation = patch.addObject();
                operation
                        .put("op", names[random.nextInt(names.length)])
                        .put("path", paths[random.nextInt(paths.length)]);
                operation.put("from", paths[random.nextInt(paths.length)]);
                operation.set("value", some.value(2));
            }
            try {
                JsonPatch.apply(some.value(4), patch);
            } catch (PatchException expected) {
                assertThat(expected.getMessage()).isNotEmpty();
            }
        }
    }

    @Test
    @Timeout(20)
    void patchesThatWouldFillMemoryOrStackAreRefused() {
        ArrayNode doubling = JsonNodeFactory.instance.arrayNode();
        for (int i = 0; i < 40; i++) {
            doubling.addObject().put("op", "copy").put("from", "/a").put("path", "/a/-");
        }
        assertThatThrownBy(() -> JsonPatch.apply(json("{a: [1,2,3]}"), doubling))
                .isInstanceOfSatisfying(
                        PatchException.class,
                        e -> assertThat(e.kind()).as(e.getMessage()).isEqualTo(PatchException.Kind.TOO_LARGE));
        JsonNode deep = JsonNodeFactory.instance.objectNode();
        for (int i = 0; i < 100_000; i++) {
            deep = JsonNodeFactory.instance.objectNode().set("a", deep);
        }
        JsonNode patch = deep;
        assertThatThrownBy(() -> MergePatch.apply(json("{}"), patch)).hasMessageContaining("nested deeper than 1000");
    }

    private static final StructuralSchema NAMESPACE =
            CoreKinds.schema("v1", "Namespace").orElseThrow();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{metadata:{finalizers:['a']}} | {metadata:{finalizers:['b','a']}} | {metadata:{finalizers:['a','b']}}",
                "{metadata:{finalizers:['a','b']}} | {metadata:{'$deleteFromPrimitiveList/finalizers':['a']}} | {metadata:{finalizers:['b']}}",
                "{metadata:{finalizers:['a','b']}} | {metadata:{'$setElementOrder/finalizers':['b','a']}} | {metadata:{finalizers:['b','a']}}",
                "{metadata:{ownerReferences:[{uid:'1',name:'x'}]}} | {metadata:{ownerReferences:[{uid:'2'},{uid:'1',kind:'k'}]}} | {metadata:{ownerReferences:[{uid:'1',name:'x',kind:'k'},{uid:'2'}]}}",
                "{metadata:{ownerReferences:[{uid:'1'},{uid:'2'}]}} | {metadata:{ownerReferences:[{uid:'1','$patch':'delete'}]}} | {metadata:{ownerReferences:[{uid:'2'}]}}",
                "{metadata:{ownerReferences:[{uid:'1'}]}} | {metadata:{ownerReferences:[{'$patch':'replace'},{uid:'3'}]}} | {metadata:{ownerReferences:[{uid:'3'}]}}",
                "{metadata:{labels:{a:'1',b:'2'}}} | {metadata:{labels:{a:null,c:'3'}}} | {metadata:{labels:{b:'2',c:'3'}}}",
                "{metadata:{labels:{a:'1',b:'2'}}} | {metadata:{labels:{'$patch':'replace',c:'3'}}} | {metadata:{labels:{c:'3'}}}",
                "{metadata:{labels:{a:'1',b:'2'}}} | {metadata:{labels:{'$retainKeys':['b'],b:'4'}}} | {metadata:{labels:{b:'4'}}}",
                "{spec:{finalizers:['a']}} | {spec:{finalizers:['b']}} | {spec:{finalizers:['b']}}"
            })
    void strategicPatchMergesListsByTheirKeys(String target, String patch, String result) throws PatchException {
        assertThat(StrategicMergePatch.apply(json(target), json(patch), NAMESPACE))
                .isEqualTo(json(result));
    }

    @Test
    void strategicPatchWithoutListsIsAMergePatch() throws PatchException {
        RandomJson some = new RandomJson(new Random(2));
        for (int i = 0; i < 2_000; i++) {
            ObjectNode target = JsonNodeFactory.instance.objectNode();
            ObjectNode patch = JsonNodeFactory.instance.objectNode();
            target.set("spec", some.object(4));
            patch.set("spec", some.object(4));
            assertThat(StrategicMergePatch.apply(target, patch, NAMESPACE)).isEqualTo(MergePatch.apply(target, patch));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "1",
                "{metadata:{'$patch':'drop'}}",
                "{metadata:{ownerReferences:[{name:'x'}]}}",
                "{metadata:{ownerReferences:[5]}}"
            })
    void strategicPatchThatMakesNoSenseIsRefused(String patch) {
        assertThatThrownBy(() -> StrategicMergePatch.apply(json("{}"), json(patch), NAMESPACE))
                .isInstanceOf(PatchException.class);
    }
}
