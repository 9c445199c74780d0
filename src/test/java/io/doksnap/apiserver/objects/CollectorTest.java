package io.doksnap.apiserver.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.apiserver.failure.StatusException;
import io.doksnap.apiserver.json.Json;
import io.doksnap.apiserver.objects.DeleteOptions.Propagation;
import io.doksnap.apiserver.resource.CoreTypes;
import io.doksnap.apiserver.resource.ResourceType;
import io.doksnap.apiserver.resource.ResourceTypes;
import io.doksnap.apiserver.storage.Storage;
import io.doksnap.testing.ServeApi;
import io.doksnap.testing.SettableClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes when something else goes. */
class CollectorTest {
    private static final int ROUNDS = 20;

    @TempDir
    Path directory;

    private final SettableClock clock = SettableClock.at("2026-03-01T00:00:00Z");
    private final ResourceTypes types = ResourceTypes.of(List.of(ServeApi.widgets()));
    private final ResourceType widgets = types.ofKind("example.io/v1", "Widget").orElseThrow();
    private Storage storage;
    private Objects objects;
    private ScheduledThreadPoolExecutor thread;

    @BeforeEach
    void open() throws Exception {
        storage = Storage.open(directory);
        objects = new Objects(storage, clock);
        Namespaces.ensureDefault(objects);
        start();
    }

    private void start() {
        thread = new ScheduledThreadPoolExecutor(1);
        new Collector(storage, types, objects, thread, clock).start();
    }

    @AfterEach
    void close() throws Exception {
        thread.shutdownNow();
        storage.close();
    }

    @Test
    void dependentsGoAfterTheirOwnerAndTheirsAfterThem() throws Exception {
        String owner = create("owner");
        String child = create("child", owner, "owner", false);
        create("grandchild", child, "child", false);
        delete("owner", Propagation.BACKGROUND);
        settle();
        assertThat(names()).isEmpty();
    }

    @Test
    void orphansStayAndForgetTheirOwner() throws Exception {
        String owner = create("owner");
        create("child", owner, "owner", true);
        delete("owner", Propagation.ORPHAN);
        settle();
        assertThat(names()).containsExactly("child");
        assertThat(get("child").orElseThrow().at("/metadata/ownerReferences").isMissingNode())
                .isTrue();
    }

    @Test
    void ownerThatGoesLastWaitsForDependentsThatBlockIt() throws Exception {
        String owner = create("owner");
        create("child", owner, "owner", true);
        hold("child");
        delete("owner", Propagation.FOREGROUND);
        settle();
        assertThat(names()).containsExactly("child", "owner");
        assertThat(get("child").orElseThrow().at("/metadata/deletionTimestamp").isMissingNode())
                .isFalse();

        release("child");
        settle();
        assertThat(names()).isEmpty();
    }

    @Test
    void dependentWithAnotherOwnerStaysAndForgetsTheOneThatIsGone() throws Exception {
        String first = create("first");
        String second = create("second");
        ObjectNode child = widget("child");
        own(child, first, "first", false);
        own(child, second, "second", false);
        objects.create(widgets, "default", child, WriteOptions.own());
        delete("first", Propagation.BACKGROUND);
        settle();
        assertThat(names()).containsExactly("child", "second");
        assertThat(get("child").orElseThrow().at("/metadata/ownerReferences")).hasSize(1);
    }

    @Test
    void objectOfAnOwnerThatNeverWasGoesAtOnce() throws Exception {
        create("child", "00000000-0000-0000-0000-000000000000", "nobody", false);
        settle();
        assertThat(names()).isEmpty();
    }

    @Test
    void ownersOfKindsThatAreNotServedHereAreLeftAlone() throws Exception {
        ObjectNode child = widget("child");
        Json.child(child, "metadata")
                .putArray("ownerReferences")
                .addObject()
                .put("apiVersion", "apps/v1")
                .put("kind", "Deployment")
                .put("name", "web")
                .put("uid", "1");
        objects.create(widgets, "default", child, WriteOptions.own());
        settle();
        assertThat(names()).containsExactly("child");
    }

    @Test
    void whatACrashLeftIsFoundAtTheNextStart() throws Exception {
        String owner = create("owner");
        thread.shutdownNow();
        create("child", owner, "owner", false);
        delete("owner", Propagation.BACKGROUND);
        assertThat(names()).containsExactly("child");
        start();
        settle();
        assertThat(names()).isEmpty();
    }

    @Test
    void namespaceGoesWhenTheLastObjectInItIsGone() throws Exception {
        objects.create(CoreTypes.NAMESPACES, "", named("team"), WriteOptions.own());
        objects.create(widgets, "team", widget("one"), WriteOptions.own());
        objects.create(CoreTypes.CONFIG_MAPS, "team", named("settings"), WriteOptions.own());
        objects.edit(widgets, "team", "one", Part.MAIN, CollectorTest::held, WriteOptions.own());
        objects.delete(CoreTypes.NAMESPACES, "", "team", DeleteOptions.PLAIN);
        settle();
        assertThat(objects.find(CoreTypes.CONFIG_MAPS, "team", "settings")).isEmpty();
        assertThat(objects.get(CoreTypes.NAMESPACES, "", "team")
                        .object()
                        .at("/status/phase")
                        .asText())
                .isEqualTo("Terminating");
        assertThatThrownBy(() -> objects.create(widgets, "team", widget("two"), WriteOptions.own()))
                .isInstanceOf(StatusException.class)
                .hasMessageContaining("because it is being terminated");

        objects.edit(widgets, "team", "one", Part.MAIN, CollectorTest::released, WriteOptions.own());
        settle();
        assertThat(objects.find(CoreTypes.NAMESPACES, "", "team")).isEmpty();
    }

    @Test
    void eventsAreForgottenAfterAWeek() throws Exception {
        event("old", "2026-02-21T00:00:00Z");
        event("new", "2026-02-23T00:00:00Z");
        thread.shutdownNow();
        start();
        settle();
        assertThat(objects.list(CoreTypes.EVENTS, "").objects())
                .extracting(event -> event.key().name())
                .containsExactly("new");
        clock.advance(Duration.ofDays(2));
    }

    private void event(String name, String time) {
        ObjectNode event = named(name);
        event.putObject("involvedObject").put("kind", "Widget").put("name", "a").put("namespace", "default");
        event.put("lastTimestamp", time)
                .put("reason", "Tested")
                .put("message", "")
                .put("type", "Normal");
        objects.create(CoreTypes.EVENTS, "default", event, WriteOptions.own());
    }

    /** What it does causes changes that it then follows: until nothing is left. */
    private void settle() throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            thread.submit(() -> {}).get();
        }
    }

    private String create(String name) {
        return uid(objects.create(widgets, "default", widget(name), WriteOptions.own()));
    }

    private String create(String name, String ownerUid, String ownerName, boolean blocks) {
        ObjectNode object = widget(name);
        own(object, ownerUid, ownerName, blocks);
        return uid(objects.create(widgets, "default", object, WriteOptions.own()));
    }

    private static String uid(Written written) {
        return written.object().at("/metadata/uid").asText();
    }

    private static void own(ObjectNode object, String uid, String name, boolean blocks) {
        ObjectNode metadata = Json.child(object, "metadata");
        metadata.withArrayProperty("ownerReferences")
                .addObject()
                .put("apiVersion", "example.io/v1")
                .put("kind", "Widget")
                .put("name", name)
                .put("uid", uid)
                .put("blockOwnerDeletion", blocks);
    }

    private void hold(String name) {
        objects.edit(widgets, "default", name, Part.MAIN, CollectorTest::held, WriteOptions.own());
    }

    private void release(String name) {
        objects.edit(widgets, "default", name, Part.MAIN, CollectorTest::released, WriteOptions.own());
    }

    private static ObjectNode held(ObjectNode object) {
        Metadata.of(object).addFinalizer("example.io/hold");
        return object;
    }

    private static ObjectNode released(ObjectNode object) {
        Metadata.of(object).removeFinalizer("example.io/hold");
        return object;
    }

    private void delete(String name, Propagation propagation) {
        objects.delete(widgets, "default", name, new DeleteOptions(propagation, "", "", false));
    }

    private Optional<ObjectNode> get(String name) {
        return objects.find(widgets, "default", name).map(stored -> stored.object());
    }

    private List<String> names() {
        return objects.list(widgets, "default").objects().stream()
                .map(object -> object.key().name())
                .toList();
    }

    private static ObjectNode widget(String name) {
        ObjectNode object = named(name);
        object.putObject("spec").put("color", "red");
        return object;
    }

    private static ObjectNode named(String name) {
        ObjectNode object = Json.object();
        object.putObject("metadata").put("name", name);
        return object;
    }
}
