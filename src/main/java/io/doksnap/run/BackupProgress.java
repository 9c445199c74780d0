package io.doksnap.run;

import io.doksnap.archive.tar.TreeStats;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** How far a backup is; written by the run, read by whoever shows it. */
public final class BackupProgress {
    private final List<TreeStats.Collector> sources = new CopyOnWriteArrayList<>();
    private final List<AtomicLong> stored = new CopyOnWriteArrayList<>();
    private volatile String source = "";

    TreeStats.Collector beginSource(String name) {
        TreeStats.Collector fresh = new TreeStats.Collector();
        sources.add(fresh);
        source = name;
        return fresh;
    }

    /** Counts what one destination takes. */
    AtomicLong storedCounter() {
        AtomicLong fresh = new AtomicLong();
        stored.add(fresh);
        return fresh;
    }

    /** The source that was begun last; empty before the first. */
    public String source() {
        return source;
    }

    /** Bytes of file content that were read. */
    public long bytesRead() {
        return sources.stream().mapToLong(read -> read.stats().contentBytes()).sum();
    }

    /** Files that were read. */
    public long filesRead() {
        return sources.stream().mapToLong(read -> read.stats().files()).sum();
    }

    /** Bytes that were handed to the destination, where there are several to the one that has most. */
    public long bytesStored() {
        return stored.stream().mapToLong(AtomicLong::get).max().orElse(0);
    }
}
