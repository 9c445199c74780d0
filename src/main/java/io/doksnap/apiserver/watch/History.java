package io.doksnap.apiserver.watch;

import io.doksnap.apiserver.storage.Change;
import io.doksnap.apiserver.storage.Storage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The last changes of each resource, and the feeds that want to hear of the next. */
public final class History {
    private static final int CHANGES_KEPT = 512;

    private final int kept;

    /** Changes before this version happened before the process started. */
    private final long beginning;

    private final Map<String, Ring> rings = new HashMap<>();
    private long latest;

    private History(long beginning, int kept) {
        this.beginning = beginning;
        this.latest = beginning;
        this.kept = kept;
    }

    /** Follows a storage that nobody writes to yet. */
    public static History of(Storage storage) {
        return of(storage, CHANGES_KEPT);
    }

    static History of(Storage storage, int kept) {
        History history = new History(storage.version(), kept);
        storage.listen(history::add);
        return history;
    }

    private synchronized void add(Change change) {
        latest = change.version();
        Ring ring = ring(change.now().key().resource());
        ring.changes.addLast(change);
        if (ring.changes.size() > kept) {
            ring.forgotten = ring.changes.removeFirst().version();
        }
        List.copyOf(ring.feeds).forEach(feed -> {
            if (!feed.offer(change)) {
                ring.feeds.remove(feed);
            }
        });
    }

    private Ring ring(String resource) {
        return rings.computeIfAbsent(resource, name -> new Ring(beginning));
    }

    /**
     * All changes of a resource after a version, and those that follow, in their order.
     *
     * @param wake called, by threads that may not be held up, when there is something new to poll
     * @throws ExpiredException where some of those changes are no longer known, or the version is none of ours
     */
    public synchronized Feed subscribe(String resource, long since, Runnable wake) throws ExpiredException {
        Ring ring = ring(resource);
        if (since < ring.forgotten) {
            throw new ExpiredException(since, ring.forgotten);
        }
        if (since > latest) {
            // The state was lost and began anew: what this client has seen is gone.
            throw new ExpiredException(since, latest);
        }
        Feed feed = new Feed(this, resource, wake);
        for (Change change : ring.changes) {
            if (change.version() > since) {
                feed.offer(change);
            }
        }
        ring.feeds.add(feed);
        return feed;
    }

    /** Whether all changes of a resource since a version are still known. */
    public synchronized boolean knows(String resource, long since) {
        return since >= ring(resource).forgotten && since <= latest;
    }

    synchronized void leave(String resource, Feed feed) {
        ring(resource).feeds.remove(feed);
    }

    /** The newest version, if the feed has handed out everything up to it; else 0. */
    synchronized long caughtUp(Feed feed) {
        return feed.isEmpty() ? latest : 0;
    }

    private static final class Ring {
        private final Deque<Change> changes = new ArrayDeque<>();
        private final List<Feed> feeds = new ArrayList<>();
        private long forgotten;

        private Ring(long forgotten) {
            this.forgotten = forgotten;
        }
    }
}
