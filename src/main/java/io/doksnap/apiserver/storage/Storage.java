package io.doksnap.apiserver.storage;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.apiserver.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The objects of the API. A write that returned is on the disk and survives any crash; one that threw has changed nothing that
 * anybody can read.
 *
 * <p>One counter gives every write of whatever object its version, and goes on after a restart.
 */
public final class Storage implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Storage.class);
    private static final String METADATA = "metadata";
    private static final String RESOURCE_VERSION = "resourceVersion";

    private final Database database;
    private final List<Consumer<Change>> listeners = new CopyOnWriteArrayList<>();

    /** Held by the one who writes, while he waits for the disk. */
    private final Lock writing = new ReentrantLock();

    /** Guards the two fields below; never held while anybody waits. */
    private final ReadWriteLock memory = new ReentrantReadWriteLock();

    private final NavigableMap<Key, Stored> objects;
    private long version;

    private Storage(Database database) throws StorageException {
        this.database = database;
        this.objects = new TreeMap<>(database.objects());
        this.version = database.version();
    }

    /** Opens what is kept in a directory, which is created for this user only where it is missing. */
    public static Storage open(Path directory) throws StorageException {
        try {
            if (!Files.isDirectory(directory)) {
                Files.createDirectories(
                        directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
        } catch (IOException e) {
            throw new StorageException(
                    "cannot create the directory " + directory
                            + " for the API's objects; see that this user may write there",
                    e);
        }
        Database database = Database.open(directory.resolve("objects.db"));
        try {
            return new Storage(database);
        } catch (StorageException e) {
            try (database) {
                throw e;
            }
        }
    }

    /** Called with every write from now on, in the order of their versions, by the thread that writes: it must return at once. */
    public void listen(Consumer<Change> listener) {
        listeners.add(listener);
    }

    /** The version of the last write. */
    public long version() {
        memory.readLock().lock();
        try {
            return version;
        } finally {
            memory.readLock().unlock();
        }
    }

    public Optional<Stored> get(Key key) {
        memory.readLock().lock();
        try {
            return Optional.ofNullable(objects.get(key));
        } finally {
            memory.readLock().unlock();
        }
    }

    /** All objects of a resource; of one namespace, where that is not empty. */
    public Listing list(String resource, String namespace) {
        memory.readLock().lock();
        try {
            List<Stored> found = new ArrayList<>();
            for (Stored object :
                    objects.tailMap(Key.before(resource, namespace), true).values()) {
                Key key = object.key();
                if (!key.resource().equals(resource)
                        || (!namespace.isEmpty() && !key.namespace().equals(namespace))) {
                    break;
                }
                found.add(object);
            }
            return new Listing(version, found);
        } finally {
            memory.readLock().unlock();
        }
    }

    /** Puts an object where none is. */
    public Stored create(Key key, ObjectNode object) throws StaleException, StorageException {
        return write(key, 0, object);
    }

    /**
     * Puts an object in the place of the one that was read. Where both are the same nothing is written, and the version stays.
     *
     * @param expected the version of the object that was read
     */
    public Stored replace(Key key, long expected, ObjectNode object) throws StaleException, StorageException {
        if (expected == 0) {
            throw new IllegalArgumentException("no version is named for " + key);
        }
        return write(key, expected, object);
    }

    private Stored write(Key key, long expected, ObjectNode object) throws StaleException, StorageException {
        writing.lock();
        try {
            Optional<Stored> before = current(key, expected);
            if (before.isPresent() && same(before.get(), object)) {
                return before.get();
            }
            Stored now = at(key, object, version() + 1);
            database.put(now);
            remember(now, false);
            publish(new Change(before.isPresent() ? Change.Kind.UPDATED : Change.Kind.CREATED, before, now));
            return now;
        } finally {
            writing.unlock();
        }
    }

    /** Removes the object that was read; returns its last state, with the version of its removal. */
    public Stored delete(Key key, long expected) throws StaleException, StorageException {
        writing.lock();
        try {
            Stored before = current(key, expected).orElseThrow(() -> new StaleException(key, expected, 0));
            Stored last = at(key, before.object(), version() + 1);
            database.remove(last);
            remember(last, true);
            publish(new Change(Change.Kind.DELETED, Optional.of(before), last));
            return last;
        } finally {
            writing.unlock();
        }
    }

    private Optional<Stored> current(Key key, long expected) throws StaleException {
        Optional<Stored> current = get(key);
        long actual = current.map(Stored::version).orElse(0L);
        if (actual != expected) {
            throw new StaleException(key, expected, actual);
        }
        return current;
    }

    /** Compared as it would be read again, so that neither the order of fields nor the width of a number counts. */
    private static boolean same(Stored before, ObjectNode object) {
        return Json.object(at(before.key(), object, before.version()).json()).equals(before.object());
    }

    private static Stored at(Key key, ObjectNode object, long version) {
        ObjectNode copy = object.deepCopy();
        Json.child(copy, METADATA).put(RESOURCE_VERSION, Long.toString(version));
        return new Stored(key, version, Json.bytes(copy));
    }

    private void remember(Stored now, boolean removed) {
        memory.writeLock().lock();
        try {
            if (removed) {
                objects.remove(now.key());
            } else {
                objects.put(now.key(), now);
            }
            version = now.version();
        } finally {
            memory.writeLock().unlock();
        }
    }

    /** The write is done, whatever a listener makes of it. */
    private void publish(Change change) {
        for (Consumer<Change> listener : listeners) {
            try {
                listener.accept(change);
            } catch (RuntimeException e) {
                LOG.error("a listener missed the change of {}", change.now(), e);
            }
        }
    }

    /** Waits for the write that is under way. */
    @Override
    public void close() throws StorageException {
        writing.lock();
        try {
            database.close();
        } finally {
            writing.unlock();
        }
    }
}
