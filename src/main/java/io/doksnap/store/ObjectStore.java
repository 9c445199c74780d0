package io.doksnap.store;

import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A place that keeps objects under keys, such as a bucket.
 *
 * <p>A key is a relative path of non-empty segments joined by {@code /}, none of them {@code .} or {@code ..}, without
 * control characters, at most 1024 bytes long with the destination's own prefix, which is added and removed inside.
 * What was committed is durable and whole; what was not is never visible, not even after a crash. All methods may be
 * called from several threads. Transient errors are retried inside, within bounds; a {@link StoreException} that comes
 * out is final for this call.
 */
public interface ObjectStore extends AutoCloseable {

    /** Names the place for messages, without any secret: {@code s3://bucket/prefix at https://host}, or a path. */
    String location();

    /**
     * Begins one object of unknown size. Nothing is visible under the key until {@link Upload#commit()}.
     *
     * @throws StoreException when the store cannot be reached or refuses
     */
    Upload upload(String key) throws StoreException;

    /** Stores one small object whole, replacing what was there; for records of at most a few MiB. */
    void put(String key, byte[] content) throws StoreException;

    /** The object under the key, or empty when there is none. */
    Optional<StoredObject> find(String key) throws StoreException;

    /**
     * Opens an object to be read once; the caller closes the stream. A connection that breaks on the way is resumed
     * inside where it can be; a stream never ends early without an exception.
     *
     * @throws StoreException with {@link StoreException.Kind#NOT_FOUND} when there is no such object
     */
    InputStream read(String key) throws StoreException;

    /**
     * Visits every object whose key starts with the prefix, in the order of their keys' UTF-8 bytes, without holding the listing.
     * A visitor's exception ends the listing.
     */
    void list(String prefix, Visitor visitor) throws StoreException;

    /** Removes an object; succeeds when there is none. */
    void delete(String key) throws StoreException;

    /**
     * Discards every upload that was begun under the prefix and neither committed nor closed, such as those of a process
     * that was killed. Only for prefixes in which nobody uploads at this moment.
     *
     * @return how many were discarded
     */
    int discardUploads(String prefix) throws StoreException;

    /** The directory of this host in which all of it lies; empty where it lies elsewhere. */
    default Optional<Path> directory() {
        return Optional.empty();
    }

    /** The most bytes that one object may have here; an archive that outgrows it goes on in a further object. */
    long maxObjectBytes();

    /** The most memory that one upload holds, in bytes. */
    default long uploadBytes() {
        return 1 << 20;
    }

    @Override
    void close();

    /** Receives the objects of a listing. */
    @FunctionalInterface
    interface Visitor {
        /** Takes the next object. */
        void visit(StoredObject object) throws StoreException;
    }
}
