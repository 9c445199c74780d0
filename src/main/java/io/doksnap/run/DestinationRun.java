package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.run.BackupRun.Target;
import io.doksnap.run.DataDirectory.DataDirectoryException;
import io.doksnap.snapshot.Manifest;
import io.doksnap.snapshot.Manifest.StoredPart;
import io.doksnap.snapshot.RunRecord;
import io.doksnap.snapshot.SnapshotFolder;
import io.doksnap.snapshot.SnapshotJson;
import io.doksnap.store.ObjectStore;
import io.doksnap.store.StoreException;
import io.doksnap.store.StoredObject;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run in one destination, from its run record to its manifest. The first failure is final for this destination, and for no other.
 *
 * <p>Several threads may store in it at the same time, one for each source; each step between is one thread's at a time.
 */
final class DestinationRun {
    private static final Logger LOG = LoggerFactory.getLogger(DestinationRun.class);

    private final Target target;
    private final SnapshotFolder folder;
    private final OpenRuns openRuns;
    private final AtomicLong storedBytes;
    private final Map<String, List<StoredPart>> stored = new ConcurrentSkipListMap<>();
    private final AtomicReference<@Nullable RunException> failure = new AtomicReference<>();
    private volatile boolean noted;
    private volatile boolean recorded;
    private volatile boolean committing;
    private volatile @Nullable Manifest manifest;

    DestinationRun(Target target, SnapshotFolder folder, OpenRuns openRuns, AtomicLong storedBytes) {
        this.target = target;
        this.folder = folder;
        this.openRuns = openRuns;
        this.storedBytes = storedBytes;
    }

    /** A step that concerns this destination alone. */
    @FunctionalInterface
    interface Step {
        void run(DestinationRun destination) throws IOException, RunException;
    }

    String name() {
        return target.name();
    }

    ObjectStore store() {
        return target.store();
    }

    /** Whether nothing has failed here so far. */
    boolean isWell() {
        return failure.get() == null;
    }

    /** The first failure, or {@code null} while there is none. */
    @Nullable
    RunException failure() {
        return failure.get();
    }

    /** What was committed here, or {@code null} while there is no snapshot. */
    @Nullable
    Manifest manifest() {
        return manifest;
    }

    /** Whether it can no longer be said for certain that there is no snapshot here. */
    boolean isCommitting() {
        return committing;
    }

    /** Does a step; whatever fails in it is kept as the failure of this destination. */
    void attempt(Step step) {
        try {
            step.run(this);
        } catch (RunException e) {
            fail(e);
        } catch (IOException e) {
            fail(Failures.of(e, Reason.UPLOAD_FAILED));
        } catch (RuntimeException | Error e) {
            // Also an error, such as no memory: a thread that went with it would leave others waiting.
            LOG.error("unexpected failure at {}", store().location(), e);
            fail(new RunException(Reason.UPLOAD_FAILED, "unexpected failure: " + e, e));
        }
    }

    private void fail(RunException because) {
        if (failure.compareAndSet(null, because)) {
            LOG.debug("the run {} failed at {}", folder.id(), store().location(), because);
        }
    }

    /** Removes what earlier runs left here. */
    void collectLeftovers() throws IOException {
        openRuns.collectLeftovers(store());
    }

    /** Makes sure that nobody else of this run stores in the same place under another name: whoever failed would remove the other's snapshot. */
    void checkIsNew() throws IOException, RunException {
        if (store().find(folder.runRecordKey()).isPresent()) {
            throw new RunException(
                    Reason.INVALID_SPEC,
                    store().location()
                            + " is the same place as another destination of this app, so it would be no second"
                            + " copy; remove one of them");
        }
    }

    /** Notes the run on disk, and says in the store whose the folder is. */
    void begin(RunRecord record) throws IOException {
        openRuns.begin(store(), folder);
        noted = true;
        store().put(folder.runRecordKey(), SnapshotJson.write(record));
        recorded = true;
    }

    /** Begins the archive of a source; the caller closes it. */
    ArchiveUpload upload(String object) {
        return new ArchiveUpload(store(), folder, object, storedBytes);
    }

    /** Keeps what became of a stream here, by what its first object is called. */
    void keep(String object, List<StoredPart> parts) {
        stored.put(object, parts);
    }

    /** What became here of the stream whose first object is called so. */
    List<StoredPart> parts(String object) {
        return stored.getOrDefault(object, List.of());
    }

    /** Every object must be there with its size before the manifest says so. */
    void checkThere() throws IOException, RunException {
        for (List<StoredPart> parts : stored.values()) {
            for (StoredPart part : parts) {
                String key = folder.key(part.name());
                Optional<StoredObject> there = store().find(key);
                if (there.isEmpty() || there.get().size() != part.size()) {
                    String what = there.isEmpty()
                            ? "is not there"
                            : "has " + there.get().size() + " bytes instead of " + part.size();
                    throw new RunException(
                            Reason.MISMATCH,
                            store().location() + " acknowledged " + key + ", but it " + what
                                    + "; nothing was committed");
                }
            }
        }
    }

    /** Writes the manifest, which makes the snapshot. */
    void commit(Manifest whole) throws StoreException {
        committing = true;
        try {
            store().put(folder.manifestKey(), SnapshotJson.write(whole));
        } catch (StoreException e) {
            committing = e.isUndecided();
            throw e;
        }
        manifest = whole;
        forget();
    }

    /** A note that stays only means that the next run looks once more at a folder that is complete. */
    private void forget() {
        try {
            openRuns.end(store(), folder);
        } catch (DataDirectoryException e) {
            LOG.warn("the run {} has ended, but its note stays: {}", folder.id(), e.getMessage());
        }
    }

    /**
     * Removes what was stored here, unless it is a snapshot by now.
     *
     * @param otherwise why the run ends where nothing has failed here
     * @return what could not be removed, to be read after the failure; empty when nothing is left
     */
    String cleanUp(RunException otherwise) {
        if (!noted || manifest != null) {
            return "";
        }
        if (committing) {
            // The manifest may be there, or may get there later than a removal would.
            return "Whether the snapshot was committed will be seen at the next backup.";
        }
        try {
            int removed = OpenRuns.discard(folder, store());
            openRuns.end(store(), folder);
            LOG.debug("removed what the failed run {} had stored: {} objects", folder.id(), removed);
            return "";
        } catch (StoreException | DataDirectoryException | RuntimeException e) {
            LOG.debug("could not clean up after the run {}", folder.id(), e);
            RunException own = failure.get();
            if ((own == null ? otherwise : own).reason() == Reason.DESTINATION_UNREACHABLE) {
                return "What it may have stored is removed at the next backup.";
            }
            return recorded
                    ? "What it had stored is removed at the next backup, as that failed now: " + e.getMessage()
                    : nothingStored();
        }
    }

    /** A destination that refused the first object has none. */
    private String nothingStored() {
        forget();
        return "";
    }
}
