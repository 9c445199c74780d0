package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.archive.ArchiveWriter;
import io.doksnap.archive.Codec;
import io.doksnap.archive.Encryption;
import io.doksnap.archive.tar.Excludes;
import io.doksnap.archive.tar.TreeStats;
import io.doksnap.policy.Compression;
import io.doksnap.policy.Policy;
import io.doksnap.policy.Source;
import io.doksnap.run.DataDirectory.DataDirectoryException;
import io.doksnap.snapshot.Identity;
import io.doksnap.snapshot.Manifest;
import io.doksnap.snapshot.Manifest.EncryptionEntry;
import io.doksnap.snapshot.Manifest.SourceEntry;
import io.doksnap.snapshot.Manifest.StoredPart;
import io.doksnap.snapshot.RunRecord;
import io.doksnap.snapshot.SnapshotFolder;
import io.doksnap.snapshot.SnapshotJson;
import io.doksnap.store.ObjectStore;
import io.doksnap.store.StoreException;
import io.doksnap.store.StoredObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * One backup of one policy, from start to end.
 *
 * <p>Find every source, note the run on disk, write {@code run.json}; read, archive and commit each source; check that every
 * object is there; write {@code manifest.json}. Only that last step makes a snapshot. Whatever fails before it, what was
 * stored is removed again, now or at the next start.
 */
public final class BackupRun {
    private static final Logger LOG = LoggerFactory.getLogger(BackupRun.class);

    private final Policy policy;
    private final Identity identity;
    private final Target target;
    private final SourceTrees trees;
    private final DataDirectory data;
    private final Clock clock;
    private final ArchiveWriter writer;
    private final BackupProgress progress = new BackupProgress();
    private boolean storing;

    /** Creates a run; nothing happens before {@link #execute}. */
    public BackupRun(
            Policy policy, Identity identity, Target target, SourceTrees trees, DataDirectory data, Clock clock) {
        this.policy = policy;
        this.identity = identity;
        this.target = target;
        this.trees = trees;
        this.data = data;
        this.clock = clock;
        Codec codec = policy.compression() == Compression.ZSTD ? Codec.ZSTD : Codec.NONE;
        this.writer = new ArchiveWriter(codec, target.encryption());
    }

    /**
     * Where a run stores, and how.
     *
     * @param store stays the caller's to close
     * @param random makes the run's id unique: lower case letters and digits
     * @param program what the manifest names as its writer
     */
    public record Target(ObjectStore store, Encryption encryption, String random, String program) {}

    /** How far the run is; may be read from other threads. */
    public BackupProgress progress() {
        return progress;
    }

    /** Runs to the end. Never throws for what can happen on the way: that is a {@link BackupOutcome.Failed}. */
    public BackupOutcome execute(Cancellation cancellation) {
        cancellation.enter();
        SnapshotFolder folder = null;
        OpenRuns open = new OpenRuns(data);
        try (Deadline deadline = new Deadline(cancellation)) {
            deadline.start(policy.timeout());
            refuseHooks();
            Map<Source, Path> found = findSources();
            List<String> obstacles = open.collectLeftovers(target.store());
            Instant started = clock.instant();
            folder = SnapshotFolder.create(identity, started, target.random());
            open.begin(target.store().location(), folder);
            Manifest manifest = store(found, folder, started);
            target.store().put(folder.manifestKey(), SnapshotJson.write(manifest));
            cancellation.leave();
            obstacles.forEach(LOG::warn);
            forget(open, folder);
            return new BackupOutcome.Succeeded(folder, manifest);
        } catch (RunException e) {
            return failed(e, cancellation, open, folder);
        } catch (IOException e) {
            return failed(Failures.of(e, Reason.UPLOAD_FAILED), cancellation, open, folder);
        } catch (RuntimeException e) {
            LOG.error("unexpected failure in the backup of {}", policy.name(), e);
            return failed(
                    new RunException(Reason.UPLOAD_FAILED, "unexpected failure: " + e, e), cancellation, open, folder);
        } finally {
            cancellation.leave();
        }
    }

    private void refuseHooks() throws RunException {
        if (!policy.hooks().isEmpty()) {
            throw new RunException(
                    Reason.HOOK_FAILED,
                    "hooks are declared, and this version cannot carry out hooks; remove them, or stop the workload yourself");
        }
    }

    private Map<Source, Path> findSources() throws RunException {
        Map<Source, Path> found = new LinkedHashMap<>();
        for (Source source : policy.sources()) {
            found.put(source, trees.find(source));
        }
        return found;
    }

    private Manifest store(Map<Source, Path> found, SnapshotFolder folder, Instant started)
            throws IOException, RunException {
        Instant deadline = started.plus(policy.timeout());
        target.store()
                .put(
                        folder.runRecordKey(),
                        SnapshotJson.write(
                                new RunRecord(Manifest.FORMAT_VERSION, identity, folder.id(), started, deadline)));
        storing = true;
        List<SourceEntry> entries = new ArrayList<>();
        for (Map.Entry<Source, Path> source : found.entrySet()) {
            entries.add(storeSource(source.getKey(), source.getValue(), folder));
        }
        checkThere(entries, folder);
        return new Manifest(
                Manifest.FORMAT_VERSION, target.program(), identity, folder.id(), started, clock.instant(), entries);
    }

    private SourceEntry storeSource(Source source, Path tree, SnapshotFolder folder) throws IOException, RunException {
        TreeStats.Collector counter = progress.beginSource(source.name());
        String object = source.name() + writer.extension();
        try (ArchiveUpload upload = new ArchiveUpload(target.store(), folder, object, progress.storedCounter())) {
            ArchiveWriter.Result result = writer.write(tree, Excludes.of(source.exclude()), counter, upload);
            TreeStats stats = result.stats();
            if (stats.files() == 0 && !policy.allowEmpty()) {
                throw new RunException(
                        Reason.EMPTY_SOURCE,
                        "the source " + source.name() + " (" + tree
                                + ") holds no file; if that is right, set allow_empty: true");
            }
            List<StoredPart> parts = upload.commit();
            return new SourceEntry(
                    source.name(),
                    parts,
                    result.plainBytes(),
                    stats.files(),
                    stats.directories(),
                    policy.compression().name().toLowerCase(Locale.ROOT),
                    new EncryptionEntry(
                            target.encryption().method(), target.encryption().fingerprints()),
                    stats.warnings());
        }
    }

    /** Every object must be there with its size before the manifest says so. */
    private void checkThere(List<SourceEntry> entries, SnapshotFolder folder) throws IOException, RunException {
        for (SourceEntry entry : entries) {
            for (StoredPart part : entry.objects()) {
                String key = folder.key(part.name());
                Optional<StoredObject> there = target.store().find(key);
                if (there.isEmpty() || there.get().size() != part.size()) {
                    String what = there.isEmpty()
                            ? "is not there"
                            : "has " + there.get().size() + " bytes instead of " + part.size();
                    throw new RunException(
                            Reason.MISMATCH,
                            target.store().location() + " acknowledged " + key + ", but it " + what
                                    + "; nothing was committed");
                }
            }
        }
    }

    /** A note that stays only means that the next run looks once more at a folder that is complete. */
    private void forget(OpenRuns open, SnapshotFolder folder) {
        try {
            open.end(folder);
        } catch (DataDirectoryException e) {
            LOG.warn("the backup of {} is complete, but: {}", policy.name(), e.getMessage());
        }
    }

    private BackupOutcome failed(
            RunException failure, Cancellation cancellation, OpenRuns open, @Nullable SnapshotFolder folder) {
        cancellation.leave();
        if (folder != null) {
            try {
                OpenRuns.discard(folder, target.store());
                open.end(folder);
            } catch (StoreException | DataDirectoryException e) {
                // Where not even the run's record could be stored, the failure itself says all that there is to say.
                LOG.atLevel(storing ? Level.WARN : Level.DEBUG)
                        .log(
                                "what the failed run {} stored is removed at the next start, as it could not be now: {}",
                                folder.id(),
                                e.getMessage());
            }
        }
        Reason cancelled = cancellation.reason();
        if (cancelled == null) {
            LOG.debug("the backup of {} failed", policy.name(), failure);
            return new BackupOutcome.Failed(failure.reason(), failure.text());
        }
        String message = cancelled == Reason.TIMED_OUT
                ? "stopped after its timeout of " + policy.timeout() + "; nothing was committed"
                : "stopped before it was done; nothing was committed";
        return new BackupOutcome.Failed(cancelled, message);
    }
}
