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
import java.time.Duration;
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
    private final OpenRuns openRuns;
    private final Clock clock;
    private final Codec codec;
    private final ArchiveWriter writer;
    private final BackupProgress progress = new BackupProgress();

    /** Creates a run; nothing happens before {@link #execute}. */
    public BackupRun(
            Policy policy, Identity identity, Target target, SourceTrees trees, DataDirectory data, Clock clock) {
        this.policy = policy;
        this.identity = identity;
        this.target = target;
        this.trees = trees;
        this.openRuns = new OpenRuns(data);
        this.clock = clock;
        this.codec = codec(policy.compression());
        this.writer = new ArchiveWriter(codec, target.encryption());
    }

    private static Codec codec(Compression compression) {
        return switch (compression) {
            case ZSTD -> Codec.ZSTD;
            case GZIP -> Codec.GZIP;
            case NONE -> Codec.NONE;
        };
    }

    /**
     * Where a run stores, and how.
     *
     * @param name of the destination
     * @param store stays the caller's to close
     * @param random makes the run's id unique: lower case letters and digits
     * @param program what the manifest names as its writer
     */
    public record Target(String name, ObjectStore store, Encryption encryption, String random, String program) {}

    /** How far the run is; may be read from other threads. */
    public BackupProgress progress() {
        return progress;
    }

    /** Runs to the end. Never throws for what can happen on the way: that is a {@link BackupOutcome.Failed}. */
    public BackupOutcome execute(Cancellation cancellation) {
        cancellation.enter();
        Attempt attempt = new Attempt();
        try (Deadline deadline = new Deadline(cancellation)) {
            deadline.start(policy.timeout());
            refuseHooks();
            Map<Source, Path> found = findSources();
            openRuns.collectLeftovers(target.store());
            cancellation.check();
            Instant started = clock.instant();
            SnapshotFolder folder = SnapshotFolder.create(identity, started, target.random());
            openRuns.begin(target.store(), folder);
            attempt.folder = folder;
            putRunRecord(folder, started);
            attempt.recorded = true;
            Manifest manifest = store(found, folder, started, cancellation);
            cancellation.closeDoor();
            attempt.committing = true;
            target.store().put(folder.manifestKey(), SnapshotJson.write(manifest));
            forget(folder);
            return new BackupOutcome.Succeeded(folder, manifest);
        } catch (RunException e) {
            return failed(e, cancellation, attempt);
        } catch (IOException e) {
            return failed(Failures.of(e, Reason.UPLOAD_FAILED), cancellation, attempt);
        } catch (RuntimeException e) {
            LOG.error("unexpected failure in the backup of {}", policy.name(), e);
            return failed(new RunException(Reason.UPLOAD_FAILED, "unexpected failure: " + e, e), cancellation, attempt);
        } finally {
            cancellation.leave();
        }
    }

    /** How far a run got, for whoever has to clean up after it. */
    private static final class Attempt {
        private @Nullable SnapshotFolder folder;
        private boolean recorded;
        private boolean committing;
    }

    private void refuseHooks() throws RunException {
        if (!policy.hooks().isEmpty()) {
            List<String> hooks = new ArrayList<>(policy.hooks().pre());
            hooks.addAll(policy.hooks().post());
            throw new RunException(
                    Reason.HOOK_FAILED,
                    "this version cannot run hooks, and without them the data might not be at rest; remove the hooks from the"
                            + " configuration (" + String.join("; ", hooks)
                            + "), and do what they did around doksnap backup yourself");
        }
    }

    private Map<Source, Path> findSources() throws RunException, IOException {
        Map<Source, Path> found = new LinkedHashMap<>();
        for (Source source : policy.sources()) {
            Path tree = trees.find(source);
            found.put(source, tree);
            if (Staging.isHalfDone(tree)) {
                throw new RunException(
                        Reason.READ_FAILED,
                        "a restore into " + tree + " was cut off while it put its files into place; run the restore"
                                + " again before the next backup");
            }
        }
        return found;
    }

    private void putRunRecord(SnapshotFolder folder, Instant started) throws StoreException {
        Instant deadline = started.plus(policy.timeout());
        RunRecord record = new RunRecord(Manifest.FORMAT_VERSION, identity, folder.id(), started, deadline);
        target.store().put(folder.runRecordKey(), SnapshotJson.write(record));
    }

    private Manifest store(Map<Source, Path> found, SnapshotFolder folder, Instant started, Cancellation cancellation)
            throws IOException, RunException {
        List<SourceEntry> entries = new ArrayList<>();
        for (Map.Entry<Source, Path> source : found.entrySet()) {
            cancellation.check();
            entries.add(storeSource(source.getKey(), source.getValue(), folder));
        }
        cancellation.check();
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
                    codec.text(),
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
    private void forget(SnapshotFolder folder) {
        try {
            openRuns.end(folder);
        } catch (DataDirectoryException e) {
            LOG.warn("the run {} has ended, but its note stays: {}", folder.id(), e.getMessage());
        }
    }

    private BackupOutcome failed(RunException failure, Cancellation cancellation, Attempt attempt) {
        cancellation.leave();
        String left = cleanUp(failure, attempt);
        Reason cancelled = cancellation.reason();
        if (cancelled == null || attempt.committing) {
            LOG.debug("the backup of {} failed", policy.name(), failure);
            return new BackupOutcome.Failed(failure.reason(), sentences(failure.text(), left));
        }
        String message = cancelled == Reason.TIMED_OUT
                ? "stopped after its timeout of " + words(policy.timeout()) + "; nothing was committed"
                : "stopped before it was done; nothing was committed";
        return new BackupOutcome.Failed(cancelled, sentences(message, left));
    }

    private static String words(Duration duration) {
        return duration.toString().substring(2).toLowerCase(Locale.ROOT);
    }

    private static String sentences(String first, String second) {
        return second.isEmpty() ? first : first + (first.endsWith(".") ? " " : ". ") + second;
    }

    /** Removes what the run stored; says what could not be removed, to be read after the failure. */
    private String cleanUp(RunException failure, Attempt attempt) {
        SnapshotFolder folder = attempt.folder;
        if (folder == null) {
            return "";
        }
        if (attempt.committing && failure.reason() == Reason.DESTINATION_UNREACHABLE) {
            // The manifest may be there, or may get there later than a removal would.
            return "Whether the snapshot was committed will be seen at the next backup.";
        }
        try {
            int removed = OpenRuns.discard(folder, target.store());
            openRuns.end(folder);
            LOG.debug("removed what the failed run {} had stored: {} objects", folder.id(), removed);
            return "";
        } catch (StoreException | DataDirectoryException e) {
            LOG.debug("could not clean up after the run {}", folder.id(), e);
            if (failure.reason() == Reason.DESTINATION_UNREACHABLE) {
                return "What it may have stored is removed at the next backup.";
            }
            return attempt.recorded
                    ? "What it had stored is removed at the next backup, as that failed now: " + e.getMessage()
                    : nothingStored(folder);
        }
    }

    /** A destination that refused the first object has none. */
    private String nothingStored(SnapshotFolder folder) {
        forget(folder);
        return "";
    }
}
