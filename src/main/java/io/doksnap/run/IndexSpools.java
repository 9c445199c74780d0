package io.doksnap.run;

import io.doksnap.archive.Encryption;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The file lists of one run, kept on disk until the workload goes on again: nothing is held still for the upload of a list. Closing removes
 * them all.
 */
final class IndexSpools implements AutoCloseable {
    private final DataDirectory data;
    private final Encryption encryption;
    private final Map<String, IndexSpool> spools = new LinkedHashMap<>();

    IndexSpools(DataDirectory data, Encryption encryption) {
        this.data = data;
        this.encryption = encryption;
    }

    /** What the list of a source's files is called in a store. */
    static String object(String source, Encryption encryption) {
        return source + ".index.zst" + encryption.extension();
    }

    /** Begins the list of a source; one that was begun before is given up, as the source is read once more. */
    synchronized IndexSpool begin(String source) throws IOException {
        IndexSpool earlier = spools.remove(source);
        if (earlier != null) {
            earlier.close();
        }
        IndexSpool spool = IndexSpool.create(data.path(), encryption);
        spools.put(source, spool);
        return spool;
    }

    /** Stores all lists, each finished, in every destination that is left. */
    synchronized void store(Destinations destinations) throws IOException {
        for (Map.Entry<String, IndexSpool> spool : spools.entrySet()) {
            try (FanOut out = destinations.store(object(spool.getKey(), encryption))) {
                spool.getValue().copyTo(out);
                out.commit();
            }
        }
    }

    @Override
    public synchronized void close() {
        spools.values().forEach(IndexSpool::close);
        spools.clear();
    }
}
