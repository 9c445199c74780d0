package io.doksnap.run;

import io.doksnap.run.DataDirectory.DataDirectoryException;
import io.doksnap.snapshot.SnapshotFolder;
import io.doksnap.store.ObjectStore;
import io.doksnap.store.StoreException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The runs that were begun and not yet ended, on disk: a note is written before a run's first object and removed after its
 * last step. What is found here when nothing runs was left by a crash, or could not be removed when its run failed.
 *
 * <p>There is one for each destination of a run. A note says where the run stored, so that its leftovers are removed from exactly that folder of exactly that place, to which
 * nobody else writes. A run whose manifest was written before the crash is a snapshot, and stays.
 */
final class OpenRuns {
    private static final Logger LOG = LoggerFactory.getLogger(OpenRuns.class);
    private static final String PREFIX = "open-run-";

    private final DataDirectory data;

    OpenRuns(DataDirectory data) {
        this.data = data;
    }

    void begin(ObjectStore store, SnapshotFolder folder) throws DataDirectoryException {
        data.write(
                name(store, folder),
                String.join("\n", store.location(), folder.policy(), folder.host(), folder.id()) + "\n");
    }

    void end(ObjectStore store, SnapshotFolder folder) throws DataDirectoryException {
        data.delete(name(store, folder));
    }

    /** A run has a note for each of its destinations, which end one by one. */
    private static String name(ObjectStore store, SnapshotFolder folder) {
        return PREFIX + folder.id() + "-"
                + String.format("%08x", store.location().hashCode());
    }

    /** Whether a run is noted as open in this store; also where that cannot be seen. Needs no lock. */
    static boolean isOpen(Path dataDirectory, ObjectStore store, SnapshotFolder folder) {
        return !Files.notExists(dataDirectory.resolve(name(store, folder)));
    }

    /**
     * Removes what earlier runs left behind in a store. A leftover that cannot be removed now is kept in mind for
     * the next time; it is no reason not to make a backup.
     */
    void collectLeftovers(ObjectStore store) throws DataDirectoryException {
        List<String> notes = notes();
        for (String note : notes) {
            Optional<SnapshotFolder> folder = folder(note, store);
            if (folder.isPresent() && !data.running().contains(runId(folder.get()))) {
                try {
                    collect(folder.get(), store);
                    data.delete(note);
                } catch (StoreException e) {
                    LOG.warn(
                            "could not yet remove what the interrupted run {} left; it is tried again at the next backup: {}",
                            folder.get().id(),
                            e.getMessage());
                    // The others would fail alike, each after its own long wait.
                    return;
                }
            }
        }
    }

    private static void collect(SnapshotFolder folder, ObjectStore store) throws StoreException {
        if (isCommitted(folder, store)) {
            store.discardUploads(folder.prefix());
            LOG.info("the run {} had been committed when it was interrupted: it is a snapshot", folder.id());
            return;
        }
        int removed = discard(folder, store);
        LOG.info(
                "removed what the interrupted run {} of {} had left: {}",
                folder.id(),
                folder.policy(),
                removed == 1 ? "1 object" : removed + " objects");
    }

    /** What a store does not find once may be there all the same: what is about to be removed on its word may be the last good copy. */
    private static boolean isCommitted(SnapshotFolder folder, ObjectStore store) throws StoreException {
        if (store.find(folder.manifestKey()).isPresent()) {
            return true;
        }
        AtomicBoolean listed = new AtomicBoolean();
        store.list(folder.prefix(), object -> {
            if (object.key().equals(folder.manifestKey())) {
                listed.set(true);
            }
        });
        return listed.get();
    }

    /**
     * Removes all that a run without a commit stored.
     *
     * @return how many objects and open uploads there were
     */
    static int discard(SnapshotFolder folder, ObjectStore store) throws StoreException {
        // First, so that a manifest of which the store only seemed to take no notice makes no snapshot of the rest.
        store.delete(folder.manifestKey());
        @Nullable StoreException failure = null;
        int removed = 0;
        try {
            removed += store.discardUploads(folder.prefix());
        } catch (StoreException e) {
            // Who may not list uploads may well delete objects.
            failure = e;
        }
        List<String> keys = new ArrayList<>();
        store.list(folder.prefix(), object -> keys.add(object.key()));
        for (String key : keys) {
            if (!key.equals(folder.runRecordKey())) {
                store.delete(key);
                removed++;
            }
        }
        if (failure != null) {
            throw failure;
        }
        // Last, as it is what says whose the folder is.
        store.delete(folder.runRecordKey());
        return removed + (keys.contains(folder.runRecordKey()) ? 1 : 0);
    }

    private List<String> notes() throws DataDirectoryException {
        List<String> notes = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(data.path(), PREFIX + "*")) {
            for (Path file : files) {
                notes.add(String.valueOf(file.getFileName()));
            }
        } catch (DirectoryIteratorException e) {
            throw DataDirectoryException.of("cannot read " + data.path(), new IOException(e.getCause()));
        } catch (IOException e) {
            throw DataDirectoryException.of("cannot read " + data.path(), e);
        }
        notes.sort(null);
        return notes;
    }

    /** What makes the id of a run unique. */
    static String runId(SnapshotFolder folder) {
        return folder.id().substring(folder.id().lastIndexOf('_') + 1);
    }

    private Optional<SnapshotFolder> folder(String note, ObjectStore store) throws DataDirectoryException {
        String[] lines = data.read(note).orElse("").split("\n", -1);
        return lines.length >= 4 && lines[0].equals(store.location())
                ? Optional.of(new SnapshotFolder(lines[1], lines[2], lines[3]))
                : Optional.empty();
    }
}
