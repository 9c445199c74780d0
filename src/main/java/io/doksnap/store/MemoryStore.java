package io.doksnap.store;

import io.doksnap.store.StoreException.Kind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** Objects in this process's memory. */
final class MemoryStore implements ObjectStore {
    private final ConcurrentNavigableMap<String, Entry> entries = new ConcurrentSkipListMap<>(Keys.BYTE_ORDER);
    private final Set<MemoryUpload> uploads = ConcurrentHashMap.newKeySet();
    private final Clock clock;
    private final long maxObjectBytes;

    MemoryStore(Clock clock, long maxObjectBytes) {
        this.clock = clock;
        this.maxObjectBytes = maxObjectBytes;
    }

    @Override
    public String location() {
        return "memory";
    }

    @Override
    public Upload upload(String key) throws StoreException {
        MemoryUpload upload = new MemoryUpload(Keys.check(key));
        uploads.add(upload);
        return upload;
    }

    @Override
    public void put(String key, byte[] content) throws StoreException {
        entries.put(Keys.check(key), new Entry(content.clone(), clock.instant()));
    }

    @Override
    public Optional<StoredObject> find(String key) throws StoreException {
        return Optional.ofNullable(entries.get(Keys.check(key))).map(entry -> entry.describe(key));
    }

    @Override
    public InputStream read(String key) throws StoreException {
        Entry entry = entries.get(Keys.check(key));
        if (entry == null) {
            throw new StoreException(Kind.NOT_FOUND, "There is no object " + key + " in memory.", null);
        }
        return new ByteArrayInputStream(entry.content);
    }

    @Override
    public void list(String prefix, Visitor visitor) throws StoreException {
        for (var entry : entries.tailMap(prefix).entrySet()) {
            if (!entry.getKey().startsWith(prefix)) {
                return;
            }
            visitor.visit(entry.getValue().describe(entry.getKey()));
        }
    }

    @Override
    public void delete(String key) throws StoreException {
        entries.remove(Keys.check(key));
    }

    @Override
    public int discardUploads(String prefix) {
        List<MemoryUpload> left = uploads.stream()
                .filter(upload -> upload.key().startsWith(prefix))
                .toList();
        left.forEach(uploads::remove);
        return left.size();
    }

    @Override
    public long maxObjectBytes() {
        return maxObjectBytes;
    }

    @Override
    public void close() {}

    private static final class Entry {
        private final byte[] content;
        private final Instant lastModified;

        Entry(byte[] content, Instant lastModified) {
            this.content = content;
            this.lastModified = lastModified;
        }

        StoredObject describe(String key) {
            return new StoredObject(key, content.length, lastModified);
        }
    }

    private final class MemoryUpload extends StagedUpload {
        private final ByteArrayOutputStream staged = new ByteArrayOutputStream();

        MemoryUpload(String key) {
            super(key, MemoryStore.this);
        }

        @Override
        void stage(byte[] bytes, int offset, int length) {
            staged.write(bytes, offset, length);
        }

        @Override
        void publish() throws StoreException {
            if (!uploads.remove(this)) {
                throw new StoreException(Kind.REFUSED, "The upload of " + key() + " was discarded meanwhile.", null);
            }
            entries.put(key(), new Entry(staged.toByteArray(), clock.instant()));
        }

        @Override
        void discard() {
            uploads.remove(this);
        }
    }
}
