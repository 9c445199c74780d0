package io.doksnap.run;

import io.doksnap.snapshot.Identity;
import io.doksnap.snapshot.Manifest;
import io.doksnap.snapshot.Manifest.EncryptionEntry;
import io.doksnap.snapshot.Manifest.SourceEntry;
import io.doksnap.snapshot.Manifest.StoredPart;
import io.doksnap.snapshot.RunRecord;
import io.doksnap.snapshot.SnapshotFolder;
import io.doksnap.snapshot.SnapshotJson;
import io.doksnap.store.ObjectStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Puts into a store what runs leave there, and says what lies there. */
final class StoredRuns {
    private final ObjectStore store;

    StoredRuns(ObjectStore store) {
        this.store = store;
    }

    /** A snapshot of four objects. */
    SnapshotFolder snapshot(Identity identity, String time) throws Exception {
        Instant started = Instant.parse(time);
        SnapshotFolder folder = SnapshotFolder.create(identity, started, "aa" + identity.namespace());
        record(identity, folder, started);
        List<StoredPart> parts = new ArrayList<>();
        for (String object : List.of("data.tar.zst", "data.tar.zst.001")) {
            store.put(folder.key(object), new byte[10]);
            parts.add(new StoredPart(object, 10, "00"));
        }
        SourceEntry source = new SourceEntry(
                "data", parts, 10, 1, 1, "zstd", new EncryptionEntry("none", List.of()), List.of(), List.of());
        store.put(
                folder.manifestKey(),
                SnapshotJson.write(new Manifest(
                        1, "test", identity, folder.id(), started, started.plusSeconds(60), List.of(source))));
        return folder;
    }

    /** A run of two objects that had twelve hours, and left no manifest. */
    SnapshotFolder unfinished(Identity identity, String time) throws Exception {
        Instant started = Instant.parse(time);
        SnapshotFolder folder = SnapshotFolder.create(identity, started, "bb" + identity.namespace());
        record(identity, folder, started);
        store.put(folder.key("data.tar.zst"), new byte[10]);
        return folder;
    }

    private void record(Identity identity, SnapshotFolder folder, Instant started) throws Exception {
        RunRecord record = new RunRecord(1, identity, folder.id(), started, started.plus(Duration.ofHours(12)));
        store.put(folder.runRecordKey(), SnapshotJson.write(record));
    }

    /** Of all objects. */
    List<String> keys() throws Exception {
        List<String> keys = new ArrayList<>();
        store.list("", object -> keys.add(object.key()));
        return keys;
    }

    /** Of all snapshots that are listed. */
    List<SnapshotFolder> folders() throws Exception {
        return keys().stream()
                .flatMap(key -> SnapshotFolder.ofManifest(key).stream())
                .toList();
    }
}
