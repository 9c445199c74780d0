package io.doksnap.store;

import java.time.Clock;

/** Opens stores. Opening is instant: nothing is contacted or created before the first use. */
public final class ObjectStores {
    private ObjectStores() {}

    /** Opens the store that the settings name; the caller closes it. */
    public static ObjectStore open(StoreSettings settings) {
        if (settings instanceof StoreSettings.S3 s3) {
            return new S3Store(s3, S3Limits.of(s3.options().partLimit()));
        }
        return new DirectoryStore(((StoreSettings.Directory) settings).directory());
    }

    /** The same with less at a time where it must: an upload holds no more bytes than so many, or two parts of them. */
    public static ObjectStore open(StoreSettings settings, long uploadBytes) {
        if (settings instanceof StoreSettings.S3 s3) {
            return new S3Store(s3, S3Limits.of(s3.options().partLimit()).within(uploadBytes));
        }
        return open(settings);
    }

    /** Opens an empty store that lives in memory, for trials and tests; it keeps objects whole and forgets them with itself. */
    public static ObjectStore memory(Clock clock) {
        return memory(clock, Long.MAX_VALUE);
    }

    /** Opens an empty store in memory whose objects have at most so many bytes. */
    public static ObjectStore memory(Clock clock, long maxObjectBytes) {
        return new MemoryStore(clock, maxObjectBytes);
    }

    /** A store to which nothing goes faster than the limit; closing it closes the other one. */
    public static ObjectStore limited(ObjectStore store, RateLimit limit) {
        return new RateLimitedStore(store, limit);
    }

    /** A store that counts what goes through it; closing it closes the other one. */
    public static ObjectStore counted(ObjectStore store, StoreTraffic traffic) {
        return new CountingStore(store, traffic);
    }
}
