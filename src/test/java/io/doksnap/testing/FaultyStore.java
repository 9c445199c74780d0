package io.doksnap.testing;

import io.doksnap.store.CommittedObject;
import io.doksnap.store.ObjectStore;
import io.doksnap.store.StoreException;
import io.doksnap.store.StoredObject;
import io.doksnap.store.Upload;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** A store that does what the one behind it does, unless a fault is set: that is asked before and after each call, and may throw or wait. */
public final class FaultyStore implements ObjectStore {
    private final ObjectStore store;
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private volatile Fault fault = Fault.NONE;

    public FaultyStore(ObjectStore store) {
        this.store = store;
    }

    /** The calls that a fault can be told by. */
    public enum Call {
        UPLOAD,
        WRITE,
        COMMIT,
        PUT,
        FIND,
        READ,
        LIST,
        DELETE,
        DISCARD
    }

    /** What goes wrong. */
    @FunctionalInterface
    public interface Fault {
        Fault NONE = (call, key) -> {};

        /** Throws when the call is not to reach the store. */
        void before(Call call, String key) throws StoreException;

        /** Throws when the call reached the store, and its answer is to be lost. */
        default void after(Call call, String key) throws StoreException {}

        /** Fails every call of a kind whose key contains a text. */
        static Fault on(Call wrong, String part, StoreException.Kind kind) {
            return (call, key) -> {
                if (call == wrong && key.contains(part)) {
                    throw failure(kind, call, key);
                }
            };
        }

        /** Carries out every call of a kind whose key contains a text, and then says that it got no answer. */
        static Fault loseAnswer(Call wrong, String part) {
            return new Fault() {
                @Override
                public void before(Call call, String key) {}

                @Override
                public void after(Call call, String key) throws StoreException {
                    if (call == wrong && key.contains(part)) {
                        throw failure(StoreException.Kind.UNREACHABLE, call, key);
                    }
                }
            };
        }

        static StoreException failure(StoreException.Kind kind, Call call, String key) {
            return new StoreException(kind, "made to fail: " + call + " " + key + ".", null);
        }
    }

    /** From now on this goes wrong. */
    public void set(Fault next) {
        fault = next;
    }

    /** Every call so far, such as {@code PUT backups/…}, without writes. */
    public List<String> calls() {
        return List.copyOf(calls);
    }

    @Override
    public String location() {
        return store.location();
    }

    @Override
    public Upload upload(String key) throws StoreException {
        before(Call.UPLOAD, key);
        Upload upload = store.upload(key);
        return new Upload() {
            @Override
            public void write(byte[] bytes, int offset, int length) throws StoreException {
                fault.before(Call.WRITE, key);
                upload.write(bytes, offset, length);
            }

            @Override
            public CommittedObject commit() throws StoreException {
                before(Call.COMMIT, key);
                CommittedObject committed = upload.commit();
                fault.after(Call.COMMIT, key);
                return committed;
            }

            @Override
            public void close() {
                upload.close();
            }
        };
    }

    @Override
    public void put(String key, byte[] content) throws StoreException {
        before(Call.PUT, key);
        store.put(key, content);
        fault.after(Call.PUT, key);
    }

    @Override
    public Optional<StoredObject> find(String key) throws StoreException {
        before(Call.FIND, key);
        return store.find(key);
    }

    @Override
    public InputStream read(String key) throws StoreException {
        before(Call.READ, key);
        return store.read(key);
    }

    @Override
    public void list(String prefix, Visitor visitor) throws StoreException {
        before(Call.LIST, prefix);
        store.list(prefix, visitor);
    }

    @Override
    public void delete(String key) throws StoreException {
        before(Call.DELETE, key);
        store.delete(key);
    }

    @Override
    public int discardUploads(String prefix) throws StoreException {
        before(Call.DISCARD, prefix);
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

    private void before(Call call, String key) throws StoreException {
        calls.add(call + " " + key);
        fault.before(call, key);
    }
}
