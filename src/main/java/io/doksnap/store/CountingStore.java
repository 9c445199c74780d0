package io.doksnap.store;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** A store that counts what it is asked for into a {@link StoreTraffic}. */
final class CountingStore extends WrappedStore {
    private final StoreTraffic traffic;

    CountingStore(ObjectStore store, StoreTraffic traffic) {
        super(store);
        this.traffic = traffic;
    }

    @Override
    public Upload upload(String key) throws StoreException {
        traffic.countCall();
        return new WrappedUpload(super.upload(key)) {
            @Override
            public void write(byte[] bytes, int offset, int length) throws StoreException {
                super.write(bytes, offset, length);
                traffic.countSent(length);
            }

            @Override
            public CommittedObject commit() throws StoreException {
                CommittedObject committed = super.commit();
                traffic.countStored();
                return committed;
            }
        };
    }

    @Override
    public void put(String key, byte[] content) throws StoreException {
        traffic.countCall();
        super.put(key, content);
        traffic.countSent(content.length);
        traffic.countStored();
    }

    @Override
    public Optional<StoredObject> find(String key) throws StoreException {
        traffic.countCall();
        return super.find(key);
    }

    @Override
    public InputStream read(String key) throws StoreException {
        traffic.countCall();
        return new FilterInputStream(super.read(key)) {
            @Override
            public int read() throws IOException {
                int b = super.read();
                traffic.countReceived(b < 0 ? 0 : 1);
                return b;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                int read = super.read(bytes, offset, length);
                traffic.countReceived(Math.max(read, 0));
                return read;
            }
        };
    }

    @Override
    public void list(String prefix, Visitor visitor) throws StoreException {
        traffic.countCall();
        super.list(prefix, visitor);
    }

    @Override
    public void delete(String key) throws StoreException {
        traffic.countCall();
        super.delete(key);
        traffic.countDeleted();
    }

    @Override
    public int discardUploads(String prefix) throws StoreException {
        traffic.countCall();
        return super.discardUploads(prefix);
    }
}
