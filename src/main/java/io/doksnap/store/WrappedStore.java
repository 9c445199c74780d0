package io.doksnap.store;

import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;

/** A store that passes everything on to another; what stands around a store overrides what it is about. */
abstract class WrappedStore implements ObjectStore {
    private final ObjectStore store;

    WrappedStore(ObjectStore store) {
        this.store = store;
    }

    @Override
    public String location() {
        return store.location();
    }

    @Override
    public Optional<Path> directory() {
        return store.directory();
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
        return store.find(key);
    }

    @Override
    public InputStream read(String key) throws StoreException {
        return store.read(key);
    }

    @Override
    public void list(String prefix, Visitor visitor) throws StoreException {
        store.list(prefix, visitor);
    }

    @Override
    public void delete(String key) throws StoreException {
        store.delete(key);
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
    public void close() {
        store.close();
    }

    /** An upload that passes everything on to another. */
    abstract static class WrappedUpload implements Upload {
        private final Upload upload;

        WrappedUpload(Upload upload) {
            this.upload = upload;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws StoreException {
            upload.write(bytes, offset, length);
        }

        @Override
        public CommittedObject commit() throws StoreException {
            return upload.commit();
        }

        @Override
        public void close() {
            upload.close();
        }
    }
}
