package io.doksnap.run;

import io.doksnap.snapshot.Manifest.StoredPart;
import io.doksnap.snapshot.SnapshotFolder;
import io.doksnap.store.CommittedObject;
import io.doksnap.store.ObjectStore;
import io.doksnap.store.StoreException;
import io.doksnap.store.Upload;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One archive on its way into a store: a stream that goes on in a further object ({@code .001}, {@code .002} …) whenever one is
 * full. Nothing is left in the store unless {@link #commit()} succeeded, except objects that were full before a failure; they
 * belong to no snapshot and are removed with the run's folder.
 */
final class ArchiveUpload extends OutputStream {
    private final ObjectStore store;
    private final SnapshotFolder folder;
    private final String name;
    private final AtomicLong storedBytes;
    private final List<StoredPart> parts = new ArrayList<>();
    private @Nullable Upload current;
    private long room;

    ArchiveUpload(ObjectStore store, SnapshotFolder folder, String name, AtomicLong storedBytes) {
        this.store = store;
        this.folder = folder;
        this.name = name;
        this.storedBytes = storedBytes;
    }

    @Override
    public void write(int b) throws StoreException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws StoreException {
        int done = 0;
        while (done < length) {
            Upload upload = open();
            int n = (int) Math.min(room, length - done);
            upload.write(bytes, offset + done, n);
            done += n;
            room -= n;
            storedBytes.addAndGet(n);
        }
    }

    /** Commits the last object; returns all of them in their order. */
    List<StoredPart> commit() throws StoreException {
        // Not open(): an archive that exactly fills its last object needs no empty one after it.
        commitCurrent(current == null ? open() : current);
        return List.copyOf(parts);
    }

    /** Discards what was not committed. */
    @Override
    public void close() {
        if (current != null) {
            current.close();
            current = null;
        }
    }

    private Upload open() throws StoreException {
        if (current != null && room == 0) {
            commitCurrent(current);
        }
        if (current == null) {
            current = store.upload(folder.key(nextName()));
            room = store.maxObjectBytes();
        }
        return current;
    }

    private void commitCurrent(Upload upload) throws StoreException {
        String object = nextName();
        CommittedObject committed = upload.commit();
        upload.close();
        current = null;
        parts.add(new StoredPart(object, committed.size(), committed.sha256()));
    }

    private String nextName() {
        return parts.isEmpty() ? name : String.format(Locale.ROOT, "%s.%03d", name, parts.size());
    }
}
