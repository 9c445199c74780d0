package io.doksnap.apiserver.watch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.apiserver.json.Json;
import io.doksnap.apiserver.storage.Change;
import io.doksnap.apiserver.storage.Stored;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What one client is told, event by event, for as long as it watches. Used by one thread at a time, except where a method says otherwise. */
public final class Watch implements AutoCloseable {
    /** How a watch begins. */
    public enum Opening {
        /** With the changes. */
        CHANGES,
        /** With every object there is, then the changes. */
        OBJECTS,
        /** Likewise, with a bookmark in between that says that these were all. */
        OBJECTS_AND_BOOKMARK
    }

    private static final String ALL_SENT = "k8s.io/initial-events-end";

    private final Feed feed;
    private final Selection selection;
    private final Iterator<Stored> initial;
    private final long listed;
    private boolean allSentIsDue;
    private volatile boolean bookmarkIsDue;

    /**
     * @param feed closed with this watch
     * @param objects what there was at the version from which the feed goes on; none where the client has them
     */
    public Watch(Feed feed, Selection selection, Opening opening, List<Stored> objects, long listed) {
        this.feed = feed;
        this.selection = selection;
        this.initial = opening == Opening.CHANGES ? List.<Stored>of().iterator() : objects.iterator();
        this.listed = listed;
        this.allSentIsDue = opening == Opening.OBJECTS_AND_BOOKMARK;
    }

    /** The next event; null when there is nothing to tell for now, or, where it {@link #isCutOff}, ever again. */
    public @Nullable WatchEvent next() {
        while (initial.hasNext()) {
            Stored object = initial.next();
            if (selection.mayHold(object.key()) && selection.selects(object.object())) {
                return WatchEvent.added(object);
            }
        }
        if (allSentIsDue) {
            allSentIsDue = false;
            return bookmark(listed, true);
        }
        for (Optional<Change> change = feed.poll(); change.isPresent(); change = feed.poll()) {
            Optional<WatchEvent> event = WatchEvent.of(change.get(), selection);
            if (event.isPresent()) {
                return event.get();
            }
        }
        return dueBookmark();
    }

    private @Nullable WatchEvent dueBookmark() {
        long version = bookmarkIsDue && !feed.isCutOff() ? feed.caughtUp() : 0;
        if (version == 0) {
            return null;
        }
        bookmarkIsDue = false;
        return bookmark(version, false);
    }

    private static WatchEvent bookmark(long version, boolean allSent) {
        ObjectNode object = Json.object();
        ObjectNode metadata = object.putObject("metadata").put("resourceVersion", Long.toString(version));
        if (allSent) {
            metadata.putObject("annotations").put(ALL_SENT, "true");
        }
        return new WatchEvent(WatchEvent.Type.BOOKMARK, object);
    }

    /** Asks for a bookmark once everything is told. From any thread. */
    public void wantBookmark() {
        bookmarkIsDue = true;
    }

    /** Whether it lost changes by being too slow. From any thread. */
    public boolean isCutOff() {
        return feed.isCutOff();
    }

    /** From any thread. */
    @Override
    public void close() {
        feed.close();
    }
}
