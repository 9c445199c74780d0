package io.doksnap.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.doksnap.run.StoredArchive.DamagedObjectException;
import io.doksnap.snapshot.Manifest.StoredPart;
import io.doksnap.snapshot.SnapshotFolder;
import io.doksnap.store.ObjectStores;
import io.doksnap.store.StoreException;
import io.doksnap.testing.FaultyStore;
import io.doksnap.testing.FaultyStore.Call;
import io.doksnap.testing.FaultyStore.Fault;
import io.doksnap.testing.SettableClock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** One archive as it goes into a store in several objects, and as it comes out again. */
class StoredArchiveTest {
    private static final SnapshotFolder FOLDER = new SnapshotFolder("shop", "host1", "20261122_020000_0a1b2c3d");
    private static final int LIMIT = 1000;

    private final FaultyStore store =
            new FaultyStore(ObjectStores.memory(SettableClock.at("2026-11-22T02:00:00Z"), LIMIT));

    @Test
    void archiveIsCutExactlyWhereAnObjectIsFull() throws IOException {
        assertThat(upload(noise(2 * LIMIT + 1)))
                .extracting(StoredPart::name, StoredPart::size)
                .containsExactly(tuple("a.tar", 1000L), tuple("a.tar.001", 1000L), tuple("a.tar.002", 1L));
        assertThat(upload(noise(LIMIT - 1))).hasSize(1);
    }

    @Test
    void archiveThatExactlyFillsItsObjectsHasNoEmptyOneAfterThem() throws IOException {
        assertThat(upload(noise(2 * LIMIT))).extracting(StoredPart::name).containsExactly("a.tar", "a.tar.001");
        assertThat(upload(new byte[0]))
                .singleElement()
                .satisfies(part -> assertThat(part.size()).isZero());
    }

    @Test
    void everyLengthComesBackWhole() throws IOException {
        for (int length : new int[] {0, 1, 999, 1000, 1001, 1999, 2000, 2001, 9999}) {
            byte[] archive = noise(length);
            List<StoredPart> parts = upload(archive);
            try (StoredArchive stored = new StoredArchive(store, FOLDER, parts, new AtomicLong())) {
                assertThat(stored.readAllBytes()).isEqualTo(archive);
                stored.drain();
            }
        }
    }

    @Test
    void byteByByteIsTheSame() throws IOException {
        byte[] archive = noise(2 * LIMIT + 5);
        List<StoredPart> parts = upload(archive);
        try (StoredArchive stored = new StoredArchive(store, FOLDER, parts, new AtomicLong())) {
            for (byte b : archive) {
                assertThat(stored.read()).isEqualTo(b & 0xFF);
            }
            assertThat(stored.read()).isEqualTo(-1);
        }
    }

    @Test
    void drainingChecksWhatNobodyRead() throws IOException {
        List<StoredPart> parts = upload(noise(3 * LIMIT));
        damage("a.tar.002");
        try (StoredArchive stored = new StoredArchive(store, FOLDER, parts, new AtomicLong())) {
            stored.readNBytes(10);
            assertThatThrownBy(stored::drain)
                    .isInstanceOf(DamagedObjectException.class)
                    .hasMessageStartingWith(FOLDER.key("a.tar.002")
                            + " in memory is not what was stored: expected SHA-256 "
                            + parts.get(2).sha256() + ", found SHA-256 ")
                    .hasMessageEndingWith("; restore another snapshot");
        }
    }

    @Test
    void objectInWhichReadingStoppedIsCheckedFromItsBeginning() throws IOException {
        List<StoredPart> parts = upload(noise(3 * LIMIT));
        damage("a.tar.001");
        try (StoredArchive stored = new StoredArchive(store, FOLDER, parts, new AtomicLong())) {
            stored.readNBytes(LIMIT + 10);
            assertThatThrownBy(stored::checkCurrent)
                    .isInstanceOf(DamagedObjectException.class)
                    .hasMessageContaining("a.tar.001");
        }
        try (StoredArchive stored = new StoredArchive(store, FOLDER, parts, new AtomicLong())) {
            stored.checkCurrent();
            stored.readNBytes(10);
            stored.checkCurrent();
        }
    }

    @Test
    void failureLeavesOnlyObjectsThatWereFull() throws IOException {
        store.set(Fault.on(Call.COMMIT, "a.tar.001", StoreException.Kind.REFUSED));
        assertThatThrownBy(() -> upload(noise(3 * LIMIT))).isInstanceOf(StoreException.class);
        assertThat(keys()).containsExactly(FOLDER.key("a.tar"));
        assertThat(store.discardUploads("")).isZero();
    }

    @Test
    void closingWithoutCommitLeavesNoUpload() throws IOException {
        try (ArchiveUpload upload = new ArchiveUpload(store, FOLDER, "a.tar", new AtomicLong())) {
            upload.write(noise(10));
        }
        assertThat(keys()).isEmpty();
        assertThat(store.discardUploads("")).isZero();
    }

    private List<StoredPart> upload(byte[] archive) throws IOException {
        AtomicLong counter = new AtomicLong();
        try (ArchiveUpload upload = new ArchiveUpload(store, FOLDER, "a.tar", counter)) {
            for (int at = 0; at < archive.length; at += 333) {
                upload.write(archive, at, Math.min(333, archive.length - at));
            }
            List<StoredPart> parts = upload.commit();
            assertThat(counter).hasValue(archive.length);
            return parts;
        }
    }

    private void damage(String name) throws IOException {
        byte[] content;
        try (var in = store.read(FOLDER.key(name))) {
            content = in.readAllBytes();
        }
        byte[] damaged = Arrays.copyOf(content, content.length);
        damaged[damaged.length - 1] ^= 1;
        store.put(FOLDER.key(name), damaged);
    }

    private List<String> keys() throws StoreException {
        List<String> keys = new ArrayList<>();
        store.list("", object -> keys.add(object.key()));
        return keys;
    }

    private static byte[] noise(int length) {
        byte[] noise = new byte[length];
        new Random(length).nextBytes(noise);
        return noise;
    }
}
