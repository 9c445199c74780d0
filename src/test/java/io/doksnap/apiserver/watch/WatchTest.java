package io.doksnap.apiserver.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.apiserver.json.Json;
import io.doksnap.apiserver.storage.Key;
import io.doksnap.apiserver.storage.Listing;
import io.doksnap.apiserver.storage.Storage;
import io.doksnap.apiserver.storage.Stored;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a watch is told, in which order, and when it has to begin anew. */
class WatchTest {
    private static final String WIDGETS = "widgets.example.io";
    private static final Selection ALL = new Selection(WIDGETS, "", object -> true);
    private static final Selection RED = new Selection(
            WIDGETS, "", object -> object.at("/spec/color").asText().equals("red"));

    @TempDir
    Path directory;

    private Storage storage;
    private History history;

    @BeforeEach
    void open() throws Exception {
        storage = Storage.open(directory);
        history = History.of(storage, 8);
    }

    @AfterEach
    void close() throws Exception {
        storage.close();
    }

    @Test
    void changeThatComesIntoOrLeavesTheSelectionIsAddedOrDeleted() throws Exception {
        Watch watch = watch(RED, storage.version());
        Stored first = storage.create(key("a"), widget("blue"));
        Stored second = storage.replace(key("a"), first.version(), widget("red"));
        Stored third = storage.replace(key("a"), second.version(), widget("red").put("more", 1));
        Stored fourth = storage.replace(key("a"), third.version(), widget("blue"));
        storage.delete(key("a"), fourth.version());

        List<WatchEvent> events = drain(watch);
        assertThat(events)
                .extracting(WatchEvent::type)
                .containsExactly(WatchEvent.Type.ADDED, WatchEvent.Type.MODIFIED, WatchEvent.Type.DELETED);
        assertThat(events)
                .extracting(
                        event -> event.object().at("/metadata/resourceVersion").asLong())
                .containsExactly(second.version(), third.version(), fourth.version());
        assertThat(events.get(2).object().at("/spec/color").asText()).isEqualTo("red");
    }

    @Test
    void otherNamespacesAndResourcesAreNotSeen() throws Exception {
        Watch watch = watch(new Selection(WIDGETS, "one", object -> true), storage.version());
        storage.create(new Key(WIDGETS, "two", "a"), widget("red"));
        storage.create(new Key("gadgets.example.io", "one", "a"), widget("red"));
        storage.create(new Key(WIDGETS, "one", "a"), widget("red"));
        assertThat(drain(watch)).hasSize(1);
    }

    @Test
    void changesThatAreNoLongerKnownMakeTheClientListAgain() throws Exception {
        long start = storage.version();
        Stored last = storage.create(key("a"), widget("0"));
        for (int i = 1; i <= 8; i++) {
            last = storage.replace(key("a"), last.version(), widget("" + i));
        }
        assertThatThrownBy(() -> history.subscribe(WIDGETS, start, () -> {})).isInstanceOf(ExpiredException.class);
        assertThat(history.knows(WIDGETS, start)).isFalse();
        assertThat(drain(watch(ALL, start + 1))).hasSize(8);
    }

    @Test
    void versionsFromBeforeTheRestartAreExpiredUnlessNothingHappenedSince() throws Exception {
        long old = storage.create(key("a"), widget("red")).version();
        storage.create(key("b"), widget("red"));
        History after = History.of(storage);
        assertThatThrownBy(() -> after.subscribe(WIDGETS, old, () -> {})).isInstanceOf(ExpiredException.class);
        assertThat(after.subscribe(WIDGETS, storage.version(), () -> {}).poll()).isEmpty();
    }

    @Test
    void versionsThatWereNeverGivenOutAreExpired() {
        assertThatThrownBy(() -> history.subscribe(WIDGETS, storage.version() + 1, () -> {}))
                .isInstanceOf(ExpiredException.class);
    }

    @Test
    void openingWithObjectsEndsWithABookmarkThatSaysSo() throws Exception {
        storage.create(key("a"), widget("red"));
        storage.create(key("b"), widget("blue"));
        Listing listing = storage.list(WIDGETS, "");
        Feed feed = history.subscribe(WIDGETS, listing.version(), () -> {});
        Watch watch = new Watch(feed, RED, Watch.Opening.OBJECTS_AND_BOOKMARK, listing.objects(), listing.version());
        storage.create(key("c"), widget("red"));

        List<WatchEvent> events = drain(watch);
        assertThat(events)
                .extracting(WatchEvent::type)
                .containsExactly(WatchEvent.Type.ADDED, WatchEvent.Type.BOOKMARK, WatchEvent.Type.ADDED);
        assertThat(events.get(1)
                        .object()
                        .at("/metadata/annotations")
                        .get("k8s.io/initial-events-end")
                        .asText())
                .isEqualTo("true");
        assertThat(events.get(1).object().at("/metadata/resourceVersion").asLong())
                .isEqualTo(listing.version());
    }

    @Test
    void bookmarkComesAfterEverythingAndNamesTheNewestVersionOfAnything() throws Exception {
        Watch watch = watch(ALL, storage.version());
        storage.create(key("a"), widget("red"));
        watch.wantBookmark();
        long newest = storage.create(new Key("gadgets.example.io", "", "a"), widget("red"))
                .version();

        List<WatchEvent> events = drain(watch);
        assertThat(events)
                .extracting(WatchEvent::type)
                .containsExactly(WatchEvent.Type.ADDED, WatchEvent.Type.BOOKMARK);
        assertThat(events.get(1).object().at("/metadata/resourceVersion").asLong())
                .isEqualTo(newest);
        assertThat(watch.next()).isNull();
    }

    @Test
    void watchThatNobodyReadsIsCutOffAndHoldsUpNobody() throws Exception {
        AtomicInteger woken = new AtomicInteger();
        Feed stuck = history.subscribe(WIDGETS, storage.version(), woken::incrementAndGet);
        Stored last = storage.create(key("a"), widget("0"));
        for (int i = 1; i <= 1_100; i++) {
            last = storage.replace(key("a"), last.version(), widget("" + i));
        }
        assertThat(stuck.isCutOff()).isTrue();
        assertThat(woken).hasValueLessThan(1_100);
        int queued = 0;
        while (stuck.poll().isPresent()) {
            queued++;
        }
        assertThat(queued).isEqualTo(1_000);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void whoAppliesTheEventsHasTheStateWheneverHeBegan(long seed) throws Exception {
        Random random = new Random(seed);
        History whole = History.of(storage, 1_000);
        Map<String, Integer> mirror = new HashMap<>();
        List<Watch> watches = new ArrayList<>();
        List<Map<Key, ObjectNode>> states = new ArrayList<>();
        for (int step = 0; step < 300; step++) {
            if (random.nextInt(20) == 0) {
                Listing listing = storage.list(WIDGETS, "");
                Map<Key, ObjectNode> state = new TreeMap<>();
                listing.objects().stream()
                        .filter(object -> RED.selects(object.object()))
                        .forEach(object -> state.put(object.key(), object.object()));
                Feed feed = whole.subscribe(WIDGETS, listing.version(), () -> {});
                watches.add(new Watch(feed, RED, Watch.Opening.CHANGES, List.of(), listing.version()));
                states.add(state);
            }
            randomWrite(random, mirror);
        }
        Map<Key, ObjectNode> truth = new TreeMap<>();
        storage.list(WIDGETS, "").objects().stream()
                .filter(object -> RED.selects(object.object()))
                .forEach(object -> truth.put(object.key(), object.object()));
        for (int i = 0; i < watches.size(); i++) {
            assertThat(applied(drain(watches.get(i)), states.get(i))).isEqualTo(truth);
        }
        assertThat(watches).isNotEmpty();
    }

    private void randomWrite(Random random, Map<String, Integer> mirror) throws Exception {
        Key key = key("w" + random.nextInt(6));
        String color = random.nextBoolean() ? "red" : "blue";
        int count = mirror.merge(key.name(), 1, Integer::sum);
        var current = storage.get(key);
        if (current.isEmpty()) {
            storage.create(key, named(key, color, count));
        } else if (random.nextInt(4) == 0) {
            storage.delete(key, current.get().version());
        } else {
            storage.replace(key, current.get().version(), named(key, color, count));
        }
    }

    private static Map<Key, ObjectNode> applied(List<WatchEvent> events, Map<Key, ObjectNode> start) {
        Map<Key, ObjectNode> state = new TreeMap<>(start);
        for (WatchEvent event : events) {
            Key key = key(event.object().at("/metadata/name").asText());
            switch (event.type()) {
                case ADDED -> assertThat(state.put(key, event.object())).isNull();
                case MODIFIED -> assertThat(state.put(key, event.object())).isNotNull();
                case DELETED -> assertThat(state.remove(key)).isNotNull();
                default -> throw new AssertionError(event);
            }
        }
        return state;
    }

    private Watch watch(Selection selection, long since) throws ExpiredException {
        return new Watch(
                history.subscribe(WIDGETS, since, () -> {}), selection, Watch.Opening.CHANGES, List.of(), since);
    }

    private static List<WatchEvent> drain(Watch watch) {
        List<WatchEvent> events = new ArrayList<>();
        for (WatchEvent event = watch.next(); event != null; event = watch.next()) {
            events.add(event);
        }
        return events;
    }

    private static Key key(String name) {
        return new Key(WIDGETS, "default", name);
    }

    private static ObjectNode widget(String color) {
        ObjectNode object = Json.object();
        object.putObject("metadata");
        object.putObject("spec").put("color", color);
        return object;
    }

    private static ObjectNode named(Key key, String color, int count) {
        ObjectNode object = widget(color).put("count", count);
        ((ObjectNode) object.get("metadata")).put("name", key.name());
        return object;
    }
}
