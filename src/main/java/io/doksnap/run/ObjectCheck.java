package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.snapshot.Manifest.StoredPart;
import io.doksnap.snapshot.SnapshotFolder;
import io.doksnap.store.ObjectStore;
import io.doksnap.store.StoreException;
import io.doksnap.store.StoredObject;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Compares the objects of one source with what the manifest says of them: their sizes, or all their bytes. */
final class ObjectCheck {
    private static final Logger LOG = LoggerFactory.getLogger(ObjectCheck.class);
    private static final int BUFFER = 256 << 10;

    private final ObjectStore store;
    private final SnapshotFolder folder;
    private final String source;

    ObjectCheck(ObjectStore store, SnapshotFolder folder, String source) {
        this.store = store;
        this.folder = folder;
        this.source = source;
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The object's key. */
    String key(StoredPart part) {
        return folder.key(part.name());
    }

    /** Asks for the object's size. */
    Optional<Damage> presence(StoredPart part) throws StoreException {
        Optional<StoredObject> there = store.find(key(part));
        return there.isEmpty()
                ? Optional.of(missing(part))
                : compareSize(part, there.get().size());
    }

    /**
     * Reads the object to its end. What comes out different is read once more: bytes may also change on their way here.
     *
     * @throws IOException what the store or the progress threw, or when every reading gives other bytes; nothing is known of the object then
     */
    Optional<Damage> content(StoredPart part, Progress progress) throws IOException {
        Optional<Damage> first = read(part, progress);
        if (first.isEmpty()) {
            return first;
        }
        Optional<Damage> second = read(part, again -> progress.read(0));
        if (second.isEmpty()) {
            LOG.warn(
                    "{} came out different the first time, and right the second; look at the network",
                    first.get().key());
        } else if (!second.equals(first)) {
            throw new IOException(
                    "every reading gives other bytes; look at the network, and at the memory of this host");
        }
        return second;
    }

    private Optional<Damage> read(StoredPart part, Progress progress) throws IOException {
        MessageDigest digest = sha256();
        byte[] bytes = new byte[BUFFER];
        long read = 0;
        try (InputStream in = store.read(key(part))) {
            for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
                digest.update(bytes, 0, n);
                read += n;
                progress.read(n);
            }
        } catch (StoreException e) {
            if (e.kind() == StoreException.Kind.NOT_FOUND) {
                return Optional.of(missing(part));
            }
            throw e;
        }
        return compare(part, read, digest);
    }

    /** Is told of bytes that have been read, a few at a time. */
    @FunctionalInterface
    interface Progress {
        /** Throws to end the reading. */
        void read(int bytes) throws IOException;
    }

    /** Compares what was read of an object to its end. */
    Optional<Damage> compare(StoredPart part, long read, MessageDigest digest) {
        String found = HexFormat.of().formatHex(digest.digest());
        if (read != part.size()) {
            return compareSize(part, read);
        }
        return found.equals(part.sha256())
                ? Optional.empty()
                : Optional.of(damage(part, "SHA-256 " + part.sha256(), "SHA-256 " + found));
    }

    /** Compares the size that a listing has of an object. */
    Optional<Damage> compareSize(StoredPart part, long size) {
        return size == part.size() ? Optional.empty() : Optional.of(damage(part, bytes(part.size()), bytes(size)));
    }

    private Damage missing(StoredPart part) {
        return damage(part, bytes(part.size()), "no object");
    }

    private Damage damage(StoredPart part, String expected, String found) {
        return new Damage(source, key(part), Reason.MISMATCH, expected, found);
    }

    private static String bytes(long size) {
        return size == 1 ? "1 byte" : size + " bytes";
    }
}
