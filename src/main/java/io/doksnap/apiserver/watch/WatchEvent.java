package io.doksnap.apiserver.watch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.apiserver.json.Json;
import io.doksnap.apiserver.storage.Change;
import io.doksnap.apiserver.storage.Stored;
import java.util.Optional;

/**
 * What one watch is told.
 *
 * @param object for a bookmark, just its version; for an error, a Status
 */
public record WatchEvent(Type type, ObjectNode object) {
    /** As it is called on the wire. */
    public enum Type {
        ADDED,
        MODIFIED,
        DELETED,
        BOOKMARK,
        ERROR
    }

    static WatchEvent added(Stored object) {
        return new WatchEvent(Type.ADDED, object.object());
    }

    /** A change as those see it who look only at some objects: one that comes into their sight is new to them, one that leaves it is gone. */
    static Optional<WatchEvent> of(Change change, Selection selection) {
        if (!selection.mayHold(change.now().key())) {
            return Optional.empty();
        }
        ObjectNode now = change.now().object();
        Optional<ObjectNode> before = change.before().map(Stored::object).filter(selection::selects);
        boolean selected = change.kind() != Change.Kind.DELETED && selection.selects(now);
        if (selected) {
            return Optional.of(new WatchEvent(before.isPresent() ? Type.MODIFIED : Type.ADDED, now));
        }
        if (change.kind() == Change.Kind.DELETED) {
            return before.map(ignored -> new WatchEvent(Type.DELETED, now));
        }
        return before.map(old -> {
            Json.child(old, "metadata").put("resourceVersion", Long.toString(change.version()));
            return new WatchEvent(Type.DELETED, old);
        });
    }
}
