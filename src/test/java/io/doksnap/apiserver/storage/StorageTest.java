package io.doksnap.apiserver.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.apiserver.json.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is kept, at which version, and what a refused write leaves. */
class StorageTest {
    private static final Key SHOP = new Key("widgets.example.io", "default", "shop");

    @TempDir
    Path directory;

    @Test
    void objectsAndTheCounterSurviveARestart() throws Exception {
        long last;
        try (Storage storage = Storage.open(directory)) {
            storage.create(SHOP, widget("red"));
            Stored gone = storage.create(key("gone"), widget("blue"));
            last = storage.delete(gone.key(), gone.version()).version();
        }
        try (Storage storage = Storage.open(directory)) {
            assertThat(storage.version()).isEqualTo(last);
            assertThat(storage.list(SHOP.resource(), "").objects()).hasSize(1);
            assertThat(storage.get(SHOP)
                            .orElseThrow()
                            .object()
                            .at("/spec/color")
                            .asText())
                    .isEqualTo("red");
            assertThat(storage.create(key("next"), widget("green")).version()).isEqualTo(last + 1);
        }
    }

    @Test
    void staleWritersAreRefusedAndChangeNothing() throws Exception {
        try (Storage storage = Storage.open(directory)) {
            Stored first = storage.create(SHOP, widget("red"));
            Stored second = storage.replace(SHOP, first.version(), widget("blue"));

            assertThatThrownBy(() -> storage.replace(SHOP, first.version(), widget("green")))
                    .isInstanceOf(StaleException.class);
            assertThatThrownBy(() -> storage.create(SHOP, widget("green"))).isInstanceOf(StaleException.class);
            assertThatThrownBy(() -> storage.delete(SHOP, first.version())).isInstanceOf(StaleException.class);
            assertThatThrownBy(() -> storage.delete(key("nobody"), 7)).isInstanceOf(StaleException.class);

            assertThat(storage.get(SHOP)).contains(second);
            assertThat(storage.version()).isEqualTo(second.version());
        }
    }

    @Test
    void writeOfTheSameKeepsTheVersionWhateverTheOrderOfFields() throws Exception {
        try (Storage storage = Storage.open(directory)) {
            ObjectNode object = widget("red");
            object.putObject("status").put("count", 3).put("share", 0.5);
            Stored first = storage.create(SHOP, object);
            List<Change> changes = new ArrayList<>();
            storage.listen(changes::add);

            ObjectNode same = Json.object();
            same.putObject("status").put("share", 0.5).put("count", 3L);
            same.setAll(widget("red"));

            assertThat(storage.replace(SHOP, first.version(), same)).isSameAs(first);
            assertThat(changes).isEmpty();
            assertThat(storage.version()).isEqualTo(first.version());
        }
    }

    @Test
    void listsInTheOrderOfKeysAndOnlyOneNamespaceWhereAsked() throws Exception {
        try (Storage storage = Storage.open(directory)) {
            for (List<String> key :
                    List.of(List.of("b", "x"), List.of("a", "y"), List.of("a-b", "z"), List.of("a", "x"))) {
                storage.create(new Key(SHOP.resource(), key.get(0), key.get(1)), widget("red"));
            }
            storage.create(new Key("widgets.example.iox", "a", "other"), widget("red"));

            assertThat(storage.list(SHOP.resource(), "").objects())
                    .extracting(object ->
                            object.key().namespace() + "/" + object.key().name())
                    .containsExactly("a/x", "a/y", "a-b/z", "b/x");
            assertThat(storage.list(SHOP.resource(), "a").objects())
                    .extracting(object -> object.key().name())
                    .containsExactly("x", "y");
        }
    }

    @Test
    void listenersHearOfEachWriteInOrderWithWhatWasBefore() throws Exception {
        try (Storage storage = Storage.open(directory)) {
            List<Change> changes = new ArrayList<>();
            storage.listen(changes::add);
            Stored first = storage.create(SHOP, widget("red"));
            Stored second = storage.replace(SHOP, first.version(), widget("blue"));
            Stored last = storage.delete(SHOP, second.version());

            assertThat(changes)
                    .extracting(Change::kind)
                    .containsExactly(Change.Kind.CREATED, Change.Kind.UPDATED, Change.Kind.DELETED);
            assertThat(changes).extracting(Change::now).containsExactly(first, second, last);
            assertThat(changes.get(2).before()).contains(second);
            assertThat(last.object().at("/metadata/resourceVersion").asText()).isEqualTo(Long.toString(last.version()));
        }
    }

    @Test
    void filesAreForTheirOwnerOnly() throws Exception {
        Path state = directory.resolve("api");
        try (Storage storage = Storage.open(state)) {
            storage.create(SHOP, widget("red"));
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(state)))
                    .isEqualTo("rwx------");
            try (Stream<Path> files = Files.list(state)) {
                assertThat(files)
                        .isNotEmpty()
                        .allSatisfy(
                                file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                                        .isEqualTo("rw-------"));
            }
        }
    }

    @Test
    void secondServerOnTheSameFilesIsToldSo() throws Exception {
        try (Storage storage = Storage.open(directory)) {
            storage.create(SHOP, widget("red"));
            assertThatThrownBy(() -> Storage.open(directory))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("objects.db")
                    .hasMessageContaining("no other doksnap");
        }
    }

    @Test
    void damagedFileIsNamedWithWhatToDo() throws Exception {
        Files.write(
                directory.resolve("objects.db"),
                "this is no database at all".repeat(100).getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> Storage.open(directory))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("objects.db")
                .hasMessageContaining("move it away");
    }

    private static Key key(String name) {
        return new Key(SHOP.resource(), SHOP.namespace(), name);
    }

    private static ObjectNode widget(String color) {
        ObjectNode object = Json.object();
        object.putObject("metadata").put("name", "shop");
        object.putObject("spec").put("color", color);
        return object;
    }
}
