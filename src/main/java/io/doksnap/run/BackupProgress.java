package io.doksnap.run;

import io.doksnap.archive.tar.TreeStats;
import java.util.concurrent.atomic.AtomicLong;

/** How far a backup is; written by the run, read by whoever shows it. */
public final class BackupProgress {
    private final AtomicLong readBefore = new AtomicLong();
    private final AtomicLong filesBefore = new AtomicLong();
    private final AtomicLong stored = new AtomicLong();
    private volatile String source = "";
    private volatile TreeStats.Collector current = new TreeStats.Collector();

    TreeStats.Collector beginSource(String name) {
        TreeStats last = current.stats();
        readBefore.addAndGet(last.contentBytes());
        filesBefore.addAndGet(last.files());
        TreeStats.Collector fresh = new TreeStats.Collector();
        current = fresh;
        source = name;
        return fresh;
    }

    AtomicLong storedCounter() {
        return stored;
    }

    /** The source that is being read; empty before the first. */
    public String source() {
        return source;
    }

    /** Bytes of file content that were read. */
    public long bytesRead() {
        return readBefore.get() + current.stats().contentBytes();
    }

    /** Files that were read. */
    public long filesRead() {
        return filesBefore.get() + current.stats().files();
    }

    /** Bytes that were handed to the destination. */
    public long bytesStored() {
        return stored.get();
    }
}
