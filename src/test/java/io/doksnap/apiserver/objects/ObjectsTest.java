package io.doksnap.apiserver.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.apiserver.failure.StatusException;
import io.doksnap.apiserver.json.Json;
import io.doksnap.apiserver.objects.DeleteOptions.Propagation;
import io.doksnap.apiserver.objects.WriteOptions.FieldValidation;
import io.doksnap.apiserver.resource.CoreTypes;
import io.doksnap.apiserver.resource.ResourceType;
import io.doksnap.apiserver.resource.ResourceTypes;
import io.doksnap.apiserver.storage.Storage;
import io.doksnap.testing.ServeApi;
import io.doksnap.testing.SettableClock;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the server makes of what is sent, and what it refuses. */
class ObjectsTest {
    private static final WriteOptions OWN = WriteOptions.own();

    @TempDir
    Path directory;

    private final SettableClock clock = SettableClock.at("2026-03-01T00:00:00Z");
    private final ResourceTypes types = ResourceTypes.of(List.of(ServeApi.widgets()));
    private final ResourceType widgets = types.ofKind("example.io/v1", "Widget").orElseThrow();
    private Storage storage;
    private Objects objects;

    @BeforeEach
    void open() throws Exception {
        storage = Storage.open(directory);
        objects = new Objects(storage, clock);
        Namespaces.ensureDefault(objects);
    }

    @AfterEach
    void close() throws Exception {
        storage.close();
    }

    @Test
    void generationCountsSpecChangesAndDeletionOnly() {
        create("a");
        edit(object -> Json.child(Metadata.of(object).node(), "labels").put("a", "b"));
        assertThat(generation()).isEqualTo(1);
        edit(Part.STATUS, object -> object.putObject("status").put("observedGeneration", 1));
        assertThat(generation()).isEqualTo(1);
        edit(object -> ((ObjectNode) object.get("spec")).put("size", 2));
        assertThat(generation()).isEqualTo(2);
        edit(object -> Metadata.of(object).addFinalizer("example.io/hold"));
        objects.delete(widgets, "default", "a", DeleteOptions.PLAIN);
        assertThat(generation()).isEqualTo(3);
    }

    @Test
    void statusAndTheRestAreWrittenApart() {
        ObjectNode object = widget("a");
        object.putObject("status").put("observedGeneration", 7);
        objects.create(widgets, "default", object, OWN);
        assertThat(get().has("status")).isFalse();

        edit(Part.STATUS, sent -> {
            sent.putObject("status").put("observedGeneration", 1);
            ((ObjectNode) sent.get("spec")).put("color", "blue");
            Json.child(Metadata.of(sent).node(), "labels").put("a", "b");
        });
        assertThat(get().at("/status/observedGeneration").asInt()).isEqualTo(1);
        assertThat(get().at("/spec/color").asText()).isEqualTo("red");
        assertThat(get().at("/metadata/labels").isMissingNode()).isTrue();

        edit(sent -> {
            sent.remove("status");
            ((ObjectNode) sent.get("spec")).put("color", "blue");
        });
        assertThat(get().at("/status/observedGeneration").asInt()).isEqualTo(1);
    }

    @Test
    void objectGoesWithItsLastFinalizer() {
        create("a");
        edit(object -> Metadata.of(object).addFinalizer("example.io/hold"));
        assertThat(objects.delete(widgets, "default", "a", DeleteOptions.PLAIN)).isPresent();
        refused(
                422,
                "no new finalizers can be added if the object is being deleted",
                () -> edit(object -> Metadata.of(object).addFinalizer("example.io/other")));
        edit(object -> Metadata.of(object).removeFinalizer("example.io/hold"));
        assertThat(objects.find(widgets, "default", "a")).isEmpty();
    }

    @Test
    void preconditionsOfADeletionHold() {
        String uid = create("a").at("/metadata/uid").asText();
        refused(409, "UID in precondition", () -> delete("other", ""));
        refused(409, "ResourceVersion in precondition", () -> delete(uid, "1"));
        delete(uid, get().at("/metadata/resourceVersion").asText());
        assertThat(objects.find(widgets, "default", "a")).isEmpty();
    }

    private void delete(String uid, String version) {
        objects.delete(widgets, "default", "a", new DeleteOptions(Propagation.BACKGROUND, uid, version, false));
    }

    @Test
    void whatTheServerSetsCannotBeSet() {
        ObjectNode before = create("a");
        edit(object -> Metadata.of(object)
                .node()
                .put("generation", 99)
                .put("creationTimestamp", "2000-01-01T00:00:00Z")
                .put("deletionTimestamp", "2000-01-01T00:00:00Z"));
        assertThat(get()).isEqualTo(before);
        refused(
                409,
                "UID in precondition",
                () -> edit(object -> Metadata.of(object).node().put("uid", "other")));
    }

    @Test
    void dryRunWorksEverythingOutAndKeepsNothing() {
        WriteOptions dry = new WriteOptions("test", true, FieldValidation.STRICT, warning -> {});
        long version = storage.version();
        assertThat(objects.create(widgets, "default", widget("a"), dry)
                        .object()
                        .at("/spec/shape")
                        .asText())
                .isEqualTo("round");
        create("a");
        assertThat(objects.edit(widgets, "default", "a", Part.MAIN, object -> sized(object, 9), dry)
                        .object()
                        .at("/spec/size")
                        .asInt())
                .isEqualTo(9);
        objects.delete(widgets, "default", "a", new DeleteOptions(Propagation.BACKGROUND, "", "", true));
        assertThat(get().at("/spec/size").isMissingNode()).isTrue();
        assertThat(storage.version()).isEqualTo(version + 1);
    }

    @Test
    void generatedNamesDifferAndAreNames() {
        ObjectNode object = widget("");
        Metadata.of(object).forget("name");
        Metadata.of(object).node().put("generateName", "run-");
        String first = name(objects.create(widgets, "default", object, OWN));
        String second = name(objects.create(widgets, "default", object, OWN));
        assertThat(first).startsWith("run-").hasSize(9).isNotEqualTo(second);
    }

    @Test
    void badMetadataIsToldAllAtOnce() {
        ObjectNode object = widget("Not_a_name");
        Json.child(Metadata.of(object).node(), "labels").put("a b", "ok").put("ok", "not ok");
        Json.child(Metadata.of(object).node(), "annotations").put("/x", "y");
        assertThatThrownBy(() -> objects.create(widgets, "default", object, OWN))
                .isInstanceOfSatisfying(
                        StatusException.class,
                        e -> assertThat(e.status().at("/details/causes")).hasSize(4));
    }

    @Test
    void unknownFieldsAreRefusedToldOrDroppedAsAsked() {
        ObjectNode object = widget("a");
        ((ObjectNode) object.get("spec")).put("colour", "red");
        List<String> warnings = new ArrayList<>();
        refused(
                400,
                "strict decoding error: unknown field \"spec.colour\"",
                () -> objects.create(
                        widgets,
                        "default",
                        object,
                        new WriteOptions("test", false, FieldValidation.STRICT, warnings::add)));
        objects.create(
                widgets, "default", object, new WriteOptions("test", false, FieldValidation.WARN, warnings::add));
        assertThat(warnings).containsExactly("unknown field \"spec.colour\"");
        assertThat(get().at("/spec/colour").isMissingNode()).isTrue();
    }

    @Test
    void secretsAreCompletedAndTheirTypeStays() {
        ObjectNode secret = Json.object();
        secret.putObject("metadata").put("name", "keys");
        secret.putObject("stringData").put("a", "b");
        ObjectNode created =
                objects.create(CoreTypes.SECRETS, "default", secret, OWN).object();
        assertThat(created.at("/data/a").asText()).isEqualTo("Yg==");
        assertThat(created.at("/type").asText()).isEqualTo("Opaque");
        assertThat(created.has("stringData")).isFalse();
        refused(
                422,
                "type: Invalid value: \"other\": field is immutable",
                () -> objects.edit(
                        CoreTypes.SECRETS, "default", "keys", Part.MAIN, one -> one.put("type", "other"), OWN));
    }

    @Test
    void definitionsMayBeAppliedAgainButNotChangedOrDeleted() throws Exception {
        Definitions.keep(storage, List.of(ServeApi.widgets()), clock);
        long version = storage.version();
        Definitions.keep(storage, List.of(ServeApi.widgets()), clock);
        assertThat(storage.version()).isEqualTo(version);

        String name = "widgets.example.io";
        objects.edit(CoreTypes.DEFINITIONS, "", name, Part.MAIN, one -> one, OWN);
        refused(
                403,
                "cannot be changed",
                () -> objects.edit(CoreTypes.DEFINITIONS, "", name, Part.MAIN, ObjectsTest::ofTheCluster, OWN));
        refused(403, "cannot be deleted", () -> objects.delete(CoreTypes.DEFINITIONS, "", name, DeleteOptions.PLAIN));
    }

    @Test
    void nobodysConcurrentEditIsLost() throws Exception {
        int writers = 4;
        int edits = 50;
        int counters = 3;
        for (int i = 0; i < counters; i++) {
            create("c" + i);
        }
        AtomicIntegerArray model = new AtomicIntegerArray(counters);
        ExecutorService threads = Executors.newFixedThreadPool(writers);
        try {
            List<Callable<Boolean>> work = new ArrayList<>();
            for (int writer = 0; writer < writers; writer++) {
                Random random = new Random(writer);
                work.add(() -> {
                    for (int i = 0; i < edits; i++) {
                        int counter = random.nextInt(counters);
                        objects.edit(widgets, "default", "c" + counter, Part.MAIN, ObjectsTest::counted, OWN);
                        model.incrementAndGet(counter);
                    }
                    return true;
                });
            }
            for (Future<Boolean> done : threads.invokeAll(work)) {
                done.get();
            }
        } finally {
            threads.shutdownNow();
        }
        for (int i = 0; i < counters; i++) {
            assertThat(count(objects.get(widgets, "default", "c" + i).object())).isEqualTo(model.get(i));
        }
    }

    private static ObjectNode ofTheCluster(ObjectNode definition) {
        ((ObjectNode) definition.get("spec")).put("scope", "Cluster");
        return definition;
    }

    private static ObjectNode counted(ObjectNode object) {
        Json.child(Metadata.of(object).node(), "annotations").put("count", Integer.toString(count(object) + 1));
        return object;
    }

    private static int count(ObjectNode object) {
        return object.at("/metadata/annotations/count").asInt(0);
    }

    private static ObjectNode sized(ObjectNode object, int size) {
        ((ObjectNode) object.get("spec")).put("size", size);
        return object;
    }

    private static String name(Written written) {
        return Metadata.of(written.object()).name();
    }

    private ObjectNode create(String name) {
        return objects.create(widgets, "default", widget(name), OWN).object();
    }

    private ObjectNode get() {
        return objects.get(widgets, "default", "a").object();
    }

    private long generation() {
        return Metadata.of(get()).generation();
    }

    private void edit(Consumer<ObjectNode> change) {
        edit(Part.MAIN, change);
    }

    private void edit(Part part, Consumer<ObjectNode> change) {
        objects.edit(
                widgets,
                "default",
                "a",
                part,
                object -> {
                    change.accept(object);
                    return object;
                },
                OWN);
    }

    private static void refused(int code, String words, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        StatusException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContaining(words);
    }

    private static ObjectNode widget(String name) {
        ObjectNode object = Json.object();
        object.putObject("metadata").put("name", name);
        object.putObject("spec").put("color", "red");
        return object;
    }
}
