package io.doksnap.run;

import io.doksnap.snapshot.Manifest.StoredPart;
import io.doksnap.snapshot.SnapshotFolder;
import io.doksnap.store.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The objects of one source read as one stream, each checked at its end against the size and digest of the manifest. */
final class StoredArchive extends InputStream {
    private final ObjectStore store;
    private final SnapshotFolder folder;
    private final ObjectCheck check;
    private final Iterator<StoredPart> parts;
    private final MessageDigest digest = ObjectCheck.sha256();
    private final AtomicLong counter;
    private @Nullable StoredPart part;
    private @Nullable InputStream current;
    private long read;
    private volatile @Nullable IOException broken;

    StoredArchive(ObjectStore store, SnapshotFolder folder, List<StoredPart> parts, AtomicLong counter) {
        this.store = store;
        this.folder = folder;
        this.check = new ObjectCheck(store, folder, "");
        this.parts = parts.iterator();
        this.counter = counter;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        try {
            return readNext(bytes, offset, length);
        } catch (IOException e) {
            broken = e;
            throw e;
        }
    }

    /** What reading the objects failed with, whatever was made of it since; empty while it did not. May be asked by other threads. */
    Optional<IOException> broken() {
        return Optional.ofNullable(broken);
    }

    private int readNext(byte[] bytes, int offset, int length) throws IOException {
        while (length > 0) {
            InputStream in = current;
            if (in == null) {
                if (!parts.hasNext()) {
                    return -1;
                }
                part = parts.next();
                in = store.read(folder.key(part.name()));
                current = in;
                read = 0;
            }
            int n = in.read(bytes, offset, length);
            if (n >= 0) {
                digest.update(bytes, offset, n);
                read += n;
                counter.addAndGet(n);
                return n;
            }
            finishPart();
        }
        return 0;
    }

    /** Reads what nobody asked for, so that every digest is checked. */
    void drain() throws IOException {
        byte[] rest = new byte[64 << 10];
        int n = read(rest, 0, rest.length);
        while (n >= 0) {
            n = read(rest, 0, rest.length);
        }
    }

    /**
     * Reads the object again in which reading stopped, to tell damaged bytes from bytes that were stored like this.
     *
     * @throws DamagedObjectException when it is not what the manifest says
     */
    void checkCurrent() throws IOException {
        StoredPart stopped = part;
        if (stopped != null) {
            close();
            refuse(check.content(stopped, again -> {}));
        }
    }

    @Override
    public void close() throws IOException {
        if (current != null) {
            current.close();
            current = null;
        }
    }

    private void finishPart() throws IOException {
        close();
        StoredPart ended = part;
        part = null;
        if (ended != null) {
            refuse(check.compare(ended, read, digest));
        }
    }

    private void refuse(Optional<Damage> damage) throws DamagedObjectException {
        if (damage.isPresent()) {
            throw new DamagedObjectException(damage.get().key() + " in " + store.location()
                    + " is not what was stored: expected " + damage.get().expected() + ", found "
                    + damage.get().found() + "; restore another snapshot");
        }
    }

    /** A stored object differs from what the manifest says. */
    static final class DamagedObjectException extends IOException {
        private static final long serialVersionUID = 1L;

        private DamagedObjectException(String message) {
            super(message);
        }
    }
}
