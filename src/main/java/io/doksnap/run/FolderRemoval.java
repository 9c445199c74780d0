package io.doksnap.run;

import io.doksnap.snapshot.SnapshotFolder;
import io.doksnap.store.ObjectStore;
import io.doksnap.store.StoreException;
import java.util.ArrayList;
import java.util.List;

/**
 * Removes the folder of one run in the only safe order: the manifest first, so that no half of a snapshot is ever listed; the run
 * record last, so that a rest that stays behind can still be told whose it is, and swept.
 */
final class FolderRemoval {
    private FolderRemoval() {}

    /** Removes all of it; when this fails on the way, the next sweep removes the rest. */
    static void remove(SnapshotFolder folder, ObjectStore store) throws StoreException {
        // Before the listing: whoever writes into the folder of a snapshot looks afterwards whether there still is one.
        store.delete(folder.manifestKey());
        List<String> keys = new ArrayList<>();
        store.list(folder.prefix(), object -> keys.add(object.key()));
        keys.remove(folder.manifestKey());
        boolean recorded = keys.remove(folder.runRecordKey());
        for (String key : keys) {
            store.delete(key);
        }
        if (recorded) {
            store.delete(folder.runRecordKey());
        }
    }
}
