package io.doksnap.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.doksnap.store.StoreException.Kind;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every store does; each kind of store runs all of it. */
abstract class ObjectStoreContract {
    /** The size of a part, where the store has parts. */
    static final int PART = 5 << 20;

    ObjectStore store;

    /** A new and empty store. */
    abstract ObjectStore newStore() throws Exception;

    @BeforeEach
    void openStore() throws Exception {
        store = newStore();
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    static List<Integer> sizes() {
        return List.of(0, 1, PART - 1, PART, PART + 1, 2 * PART, 3 * PART + 17);
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void commitMakesTheWholeObjectVisible(int size) throws Exception {
        byte[] content = bytes(size);
        try (Upload upload = store.upload("a/object")) {
            writeInPieces(upload, content);
            CommittedObject committed = upload.commit();
            assertThat(committed).isEqualTo(new CommittedObject("a/object", size, sha256(content)));
        }
        assertThat(read("a/object")).isEqualTo(content);
        assertThat(store.find("a/object")).get().satisfies(found -> {
            assertThat(found.key()).isEqualTo("a/object");
            assertThat(found.size()).isEqualTo(size);
        });
        assertThat(keys("")).containsExactly("a/object");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2 * PART + 1})
    void closeWithoutCommitLeavesNoTrace(int size) throws Exception {
        try (Upload upload = store.upload("a/object")) {
            writeInPieces(upload, bytes(size));
        }
        assertThat(store.find("a/object")).isEmpty();
        assertThat(keys("")).isEmpty();
        assertThat(store.discardUploads("")).isZero();
    }

    @Test
    void nothingIsVisibleBeforeCommit() throws Exception {
        try (Upload upload = store.upload("a/object")) {
            upload.write(bytes(2 * PART + 1), 0, 2 * PART + 1);
            assertThat(store.find("a/object")).isEmpty();
            assertThat(keys("")).isEmpty();
            upload.commit();
        }
        assertThat(keys("")).containsExactly("a/object");
    }

    @Test
    void failedOverwriteKeepsTheOldObject() throws Exception {
        store.put("a/object", "old".getBytes(UTF_8));
        try (Upload upload = store.upload("a/object")) {
            upload.write("new".getBytes(UTF_8), 0, 3);
        }
        assertThat(read("a/object")).asString(UTF_8).isEqualTo("old");
    }

    @Test
    void laterObjectReplacesTheEarlierOne() throws Exception {
        store.put("a/object", bytes(100));
        store.put("a/object", "put".getBytes(UTF_8));
        assertThat(read("a/object")).asString(UTF_8).isEqualTo("put");
        try (Upload upload = store.upload("a/object")) {
            upload.write("uploaded".getBytes(UTF_8), 0, 8);
            upload.commit();
        }
        assertThat(read("a/object")).asString(UTF_8).isEqualTo("uploaded");
    }

    @Test
    void writtenArrayMayBeReusedAtOnce() throws Exception {
        byte[] content = bytes(PART + 100);
        byte[] reused = new byte[1000];
        try (Upload upload = store.upload("object")) {
            for (int at = 0; at < content.length; at += 997) {
                int length = Math.min(997, content.length - at);
                System.arraycopy(content, at, reused, 3, length);
                upload.write(reused, 3, length);
                Arrays.fill(reused, (byte) 0);
            }
            assertThat(upload.commit().sha256()).isEqualTo(sha256(content));
        }
        assertThat(read("object")).isEqualTo(content);
    }

    @Test
    void committedOrClosedUploadTakesNothingMore() throws Exception {
        Upload upload = store.upload("object");
        upload.write(new byte[] {1}, 0, 1);
        upload.commit();
        assertThatThrownBy(() -> upload.write(new byte[] {2}, 0, 1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(upload::commit).isInstanceOf(IllegalStateException.class);
        upload.close();
        upload.close();
        assertThat(read("object")).containsExactly(1);

        Upload closed = store.upload("other");
        closed.close();
        assertThatThrownBy(closed::commit).isInstanceOf(IllegalStateException.class);
        assertThat(store.find("other")).isEmpty();
    }

    @Test
    void uploadsAtTheSameTimeDoNotMixUp() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Callable<CommittedObject>> tasks = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                byte[] content = bytes(PART + 1000 * i);
                String key = "object-" + i;
                tasks.add(() -> {
                    try (Upload upload = store.upload(key)) {
                        writeInPieces(upload, content);
                        return upload.commit();
                    }
                });
            }
            for (Future<CommittedObject> done : threads.invokeAll(tasks)) {
                assertThat(sha256(read(done.get().key()))).isEqualTo(done.get().sha256());
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(keys("")).containsExactly("object-0", "object-1", "object-2", "object-3");
    }

    @Test
    void listingIsInTheOrderOfTheKeysBytes() throws Exception {
        List<String> ordered = List.of("a b/1", "a!", "a-b/1", "a.b", "a/1", "a/10", "a/2", "a0", "aa", "é", "😀");
        List<String> shuffled = new ArrayList<>(ordered);
        Collections.shuffle(shuffled, new Random(7));
        for (String key : shuffled) {
            store.put(key, new byte[0]);
        }
        assertThat(keys("")).containsExactlyElementsOf(ordered);
    }

    @Test
    void listingKeepsToThePrefix() throws Exception {
        for (String key : List.of("a/1", "ab/1", "ab/2/3", "abc", "b/1")) {
            store.put(key, key.getBytes(UTF_8));
        }
        assertThat(keys("ab")).containsExactly("ab/1", "ab/2/3", "abc");
        assertThat(keys("ab/")).containsExactly("ab/1", "ab/2/3");
        assertThat(keys("ab/2")).containsExactly("ab/2/3");
        assertThat(keys("abc")).containsExactly("abc");
        assertThat(keys("abcd")).isEmpty();
        assertThat(keys("ab/2/3/4")).isEmpty();
        List<Long> sizes = new ArrayList<>();
        store.list("ab", object -> sizes.add(object.size()));
        assertThat(sizes).containsExactly(4L, 6L, 3L);
    }

    @Test
    void visitorsExceptionEndsTheListing() throws Exception {
        store.put("1", new byte[0]);
        store.put("2", new byte[0]);
        List<String> seen = new ArrayList<>();
        StoreException enough = new StoreException(Kind.REFUSED, "enough", null);
        assertThatThrownBy(() -> store.list("", object -> {
                    seen.add(object.key());
                    throw enough;
                }))
                .isSameAs(enough);
        assertThat(seen).containsExactly("1");
    }

    @Test
    void readingWhatIsNotThereSaysNotFound() throws Exception {
        store.put("a/object", new byte[0]);
        for (String key : List.of("nothing", "a", "a/none")) {
            assertKind(Kind.NOT_FOUND, () -> store.read(key).close());
            assertThat(store.find(key)).isEmpty();
        }
    }

    @Test
    void deletedObjectIsGoneAndDeletingAgainIsNoError() throws Exception {
        store.put("a/b/object", new byte[] {1});
        store.put("a/other", new byte[] {1});
        store.delete("a/b/object");
        assertThat(store.find("a/b/object")).isEmpty();
        store.delete("a/b/object");
        store.delete("never/there");
        store.delete("a");
        assertThat(keys("")).containsExactly("a/other");
    }

    @Test
    void onlyUploadsUnderThePrefixAreDiscarded() throws Exception {
        Upload here = store.upload("here/object");
        Upload there = store.upload("there/object");
        here.write(bytes(2 * PART), 0, 2 * PART);
        there.write(bytes(2 * PART), 0, 2 * PART);
        store.put("here/committed", new byte[] {1});

        assertThat(store.discardUploads("her")).isEqualTo(1);
        assertThat(store.discardUploads("here/")).isZero();

        assertThatThrownBy(here::commit).isInstanceOf(StoreException.class);
        here.close();
        there.commit();
        there.close();
        assertThat(keys("")).containsExactly("here/committed", "there/object");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "with space",
                "größe/日本語",
                "a+b",
                "a%2Fb",
                "100%",
                "%",
                "a&b=c?d#e",
                "q'\"u",
                "😀",
                ".hidden/.x",
                "a..b",
                "~"
            })
    void keyOfUnusualCharactersNamesOneObject(String key) throws Exception {
        store.put(key, key.getBytes(UTF_8));
        assertThat(read(key)).asString(UTF_8).isEqualTo(key);
        assertThat(keys("")).containsExactly(key);
        assertThat(keys(key.substring(0, key.offsetByCodePoints(0, 1)))).containsExactly(key);
        store.delete(key);
        assertThat(keys("")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "/", "/etc/passwd", "a//b", "a/", "../a", "a/../b", "a/..", ".", "a/./b", "a\u0000b", "a\nb"
            })
    void keyThatIsNoRelativePathIsRefused(String key) {
        assertKind(Kind.REFUSED, () -> store.upload(key).close());
        assertKind(Kind.REFUSED, () -> store.put(key, new byte[0]));
        assertKind(Kind.REFUSED, () -> store.read(key).close());
        assertKind(Kind.REFUSED, () -> store.find(key));
        assertKind(Kind.REFUSED, () -> store.delete(key));
    }

    @Test
    void objectCanBeReadInPart() throws Exception {
        store.put("object", bytes(100_000));
        try (InputStream in = store.read("object")) {
            assertThat(in.readNBytes(10)).isEqualTo(Arrays.copyOf(bytes(100_000), 10));
        }
    }

    List<String> keys(String prefix) throws StoreException {
        List<String> keys = new ArrayList<>();
        store.list(prefix, object -> keys.add(object.key()));
        return keys;
    }

    byte[] read(String key) throws Exception {
        try (InputStream in = store.read(key)) {
            return in.readAllBytes();
        }
    }

    static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    static void writeInPieces(Upload upload, byte[] content) throws StoreException {
        int piece = 700_001;
        for (int at = 0; at < content.length; at += piece) {
            upload.write(content, at, Math.min(piece, content.length - at));
        }
    }

    static void assertKind(Kind kind, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        StoreException.class,
                        e -> assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind));
    }
}
