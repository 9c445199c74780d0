package io.doksnap.testing;

import io.doksnap.store.ObjectStore;
import io.doksnap.store.StoreException;
import io.doksnap.store.StoreException.Kind;
import io.doksnap.store.StoredObject;
import io.doksnap.store.Upload;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** A store that refuses what it is told to refuse, and remembers in which order objects were deleted. */
public final class StubbornStore implements ObjectStore {
    private final ObjectStore store;
    private final Map<String, Kind> refusals = new HashMap<>();
    private final List<String> deleted = new ArrayList<>();
    private Consumer<String> beforeDelete = key -> {};
    private int listedUntilFailure = Integer.MAX_VALUE;

    /** Stands before another store. */
    public StubbornStore(ObjectStore store) {
        this.store = store;
    }

    /** From now on the deletion of such keys fails. */
    public void refuseToDelete(String key, Kind kind) {
        refusals.put("delete " + key, kind);
    }

    /** From now on reading such an object fails. */
    public void refuseToRead(String key, Kind kind) {
        refusals.put("read " + key, kind);
    }

    /** From now on asking for such an object finds none; listings have it. */
    public void hide(String key) {
        refusals.put("find " + key, Kind.NOT_FOUND);
    }

    /** From now on every listing fails behind so many objects, as when the next page cannot be had. */
    public void failListingsAfter(int objects) {
        listedUntilFailure = objects;
    }

    /** From now on everything works. */
    public void allowAll() {
        refusals.clear();
    }

    /** From now on this happens before each deletion. */
    public void beforeDelete(Consumer<String> action) {
        beforeDelete = action;
    }

    /** What was deleted, in this order. */
    public List<String> deleted() {
        return List.copyOf(deleted);
    }

    private void check(String action) throws StoreException {
        Kind kind = refusals.get(action);
        if (kind != null) {
            throw new StoreException(kind, "Could not " + action + ": " + kind + ".", null);
        }
    }

    @Override
    public void delete(String key) throws StoreException {
        beforeDelete.accept(key);
        check("delete " + key);
        store.delete(key);
        deleted.add(key);
    }

    @Override
    public InputStream read(String key) throws StoreException {
        check("read " + key);
        return store.read(key);
    }

    @Override
    public void list(String prefix, Visitor visitor) throws StoreException {
        int[] left = {listedUntilFailure};
        store.list(prefix, object -> {
            if (left[0]-- == 0) {
                throw new StoreException(Kind.UNREACHABLE, "Could not list the next page.", null);
            }
            visitor.visit(object);
        });
    }

    @Override
    public String location() {
        return store.location();
    }

    @Override
    public Upload upload(String key) throws StoreException {
        return store.upload(key);
    }

    @Override
    public void put(String key, byte[] content) throws StoreException {
        store.put(key, content);
    }

    @Override
    public Optional<StoredObject> find(String key) throws StoreException {
        return refusals.containsKey("find " + key) ? Optional.empty() : store.find(key);
    }

    @Override
    public int discardUploads(String prefix) throws StoreException {
        return store.discardUploads(prefix);
    }

    @Override
    public long maxObjectBytes() {
        return store.maxObjectBytes();
    }

    @Override
    public long uploadBytes() {
        return store.uploadBytes();
    }

    @Override
    public void close() {
        store.close();
    }
}
