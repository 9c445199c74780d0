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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The runs that were begun and not yet ended, on disk: a note is written before a run's first object and removed after its
 * last step. What is found here when nothing runs was left by a crash.
 *
 * <p>A note says where the run stored, so that its leftovers can be removed from exactly that folder, which nobody else writes
 * to. A run whose manifest was written before the crash is a snapshot, and stays.
 */
final class OpenRuns {
    private static final Logger LOG = LoggerFactory.getLogger(OpenRuns.class);
    private static final String PREFIX = "open-run-";

    private final DataDirectory data;

    OpenRuns(DataDirectory data) {
        this.data = data;
    }

    void begin(String location, SnapshotFolder folder) throws DataDirectoryException {
        data.write(
                PREFIX + folder.id(), String.join("\n", location, folder.policy(), folder.host(), folder.id()) + "\n");
    }

    void end(SnapshotFolder folder) throws DataDirectoryException {
        data.delete(PREFIX + folder.id());
    }

    /** Whether a run is noted as open; also where that cannot be seen. Needs no lock. */
    static boolean isOpen(Path dataDirectory, SnapshotFolder folder) {
        return !Files.notExists(dataDirectory.resolve(PREFIX + folder.id()));
    }

    /**
     * Removes what earlier runs left behind in a store.
     *
     * @return why something could not be removed now, to be told where nothing worse happens; it is kept in mind for the
     *     next time, and is no reason not to make a backup
     */
    List<String> collectLeftovers(ObjectStore store) throws DataDirectoryException {
        List<String> obstacles = new ArrayList<>();
        for (String note : notes()) {
            Optional<SnapshotFolder> folder = folder(note, store.location());
            if (folder.isPresent()) {
                try {
                    discard(folder.get(), store);
                    data.delete(note);
                } catch (StoreException e) {
                    obstacles.add("could not yet remove what the interrupted run "
                            + folder.get().id() + " left: " + e.getMessage());
                }
            }
        }
        return obstacles;
    }

    /** Removes all that a run stored, unless it got as far as its manifest. */
    static void discard(SnapshotFolder folder, ObjectStore store) throws StoreException {
        int uploads = store.discardUploads(folder.prefix());
        if (store.find(folder.manifestKey()).isPresent()) {
            LOG.info("the run {} had been committed when it was interrupted: it is a snapshot", folder.id());
            return;
        }
        List<String> keys = new ArrayList<>();
        store.list(folder.prefix(), object -> keys.add(object.key()));
        for (String key : keys) {
            if (!key.equals(folder.runRecordKey())) {
                store.delete(key);
            }
        }
        // Last, as it is what says whose the folder is.
        store.delete(folder.runRecordKey());
        LOG.info(
                "removed what the unfinished run {} of {} had stored: {} objects, {} open uploads",
                folder.id(),
                folder.policy(),
                keys.size(),
                uploads);
    }

    private List<String> notes() throws DataDirectoryException {
        List<String> notes = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(data.path(), PREFIX + "*")) {
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                if (!name.endsWith(".new")) {
                    notes.add(name);
                }
            }
        } catch (DirectoryIteratorException | IOException e) {
            throw new DataDirectoryException("cannot read " + data.path() + ": " + e.getMessage(), e);
        }
        return notes;
    }

    private Optional<SnapshotFolder> folder(String note, String location) throws DataDirectoryException {
        String[] lines = data.read(note).orElse("").split("\n", -1);
        return lines.length >= 4 && lines[0].equals(location)
                ? Optional.of(new SnapshotFolder(lines[1], lines[2], lines[3]))
                : Optional.empty();
    }
}
