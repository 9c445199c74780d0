package io.doksnap.operator;

import io.doksnap.store.ObjectStore;
import io.doksnap.store.StoreException;
import io.doksnap.store.StoredObject;
import io.doksnap.store.Upload;
import java.io.InputStream;
import java.util.Optional;

/** Stands for a destination that cannot even be opened: whatever it is asked, it says why. So the others of a run go on without it. */
final class UnopenedStore implements ObjectStore {
    private final String name;
    private final StoreException.Kind kind;
    private final String message;

    UnopenedStore(String name, StoreException.Kind kind, String message) {
        this.name = name;
        this.kind = kind;
        this.message = message;
    }

    private StoreException failure() {
        return new StoreException(kind, message, null);
    }

    @Override
    public String location() {
        return "the destination " + name;
    }

    @Override
    public Upload upload(String key) throws StoreException {
        throw failure();
    }

    @Override
    public void put(String key, byte[] content) throws StoreException {
        throw failure();
    }

    @Override
    public Optional<StoredObject> find(String key) throws StoreException {
        throw failure();
    }

    @Override
    public InputStream read(String key) throws StoreException {
        throw failure();
    }

    @Override
    public void list(String prefix, Visitor visitor) throws StoreException {
        throw failure();
    }

    @Override
    public void delete(String key) throws StoreException {
        throw failure();
    }

    @Override
    public int discardUploads(String prefix) throws StoreException {
        throw failure();
    }

    @Override
    public long maxObjectBytes() {
        return Long.MAX_VALUE;
    }

    @Override
    public void close() {}
}
