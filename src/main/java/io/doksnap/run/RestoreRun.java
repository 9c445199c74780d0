package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.archive.ArchiveReader;
import io.doksnap.archive.Decryption;
import io.doksnap.archive.failure.ArchiveException;
import io.doksnap.archive.tar.TreeStats;
import io.doksnap.policy.Source;
import io.doksnap.snapshot.CatalogueEntry;
import io.doksnap.snapshot.Manifest.SourceEntry;
import io.doksnap.snapshot.Manifest.StoredPart;
import io.doksnap.store.ObjectStore;
import io.doksnap.store.StoredObject;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One restore of one source of a snapshot, from start to end.
 *
 * <p>Everything is unpacked into a staging folder inside the target and checked: the digest of every object, the integrity of the
 * encryption, the end of the archive, the counts of the manifest. Only then is it put into place. Whatever fails before, the
 * target stays as it was.
 */
public final class RestoreRun {
    private static final Logger LOG = LoggerFactory.getLogger(RestoreRun.class);
    private static final long HARDLY_ANYTHING = 1 << 20;

    private final List<Source> declared;
    private final CatalogueEntry.Snapshot snapshot;
    private final Request request;
    private final ObjectStore store;
    private final SourceTrees trees;
    private final TreeStats.Collector progress = new TreeStats.Collector();
    private boolean promoting;
    private final AtomicLong bytesRead = new AtomicLong();

    /**
     * Creates a restore; nothing happens before {@link #execute}.
     *
     * @param declared the policy's sources as they are declared now, which say where in place is; empty where it is declared no more
     */
    public RestoreRun(
            List<Source> declared,
            CatalogueEntry.Snapshot snapshot,
            Request request,
            ObjectStore store,
            SourceTrees trees) {
        this.declared = List.copyOf(declared);
        this.snapshot = snapshot;
        this.request = request;
        this.store = store;
        this.trees = trees;
    }

    /**
     * What to restore, and where to.
     *
     * @param source the source's name; empty where the snapshot holds only one
     * @param decryption opens encrypted archives; empty where none was given
     * @param setOwners whether to set owners, which needs privilege
     * @param random makes the staging folder's name unique
     */
    public record Request(
            RestoreTarget target,
            Optional<String> source,
            Optional<Decryption> decryption,
            boolean setOwners,
            String random) {}

    /** How many bytes of the archive have been read; may be asked by other threads. */
    public long bytesRead() {
        return bytesRead.get();
    }

    /** How many bytes there are to read; 0 where the request means no source of the snapshot. */
    public long bytesInAll() {
        try {
            return source().storedBytes();
        } catch (RunException e) {
            return 0;
        }
    }

    /** Runs to the end. Never throws for what can happen on the way: that is a {@link RestoreOutcome.Failed}. */
    public RestoreOutcome execute(Cancellation cancellation) {
        cancellation.enter();
        try {
            SourceEntry source = source();
            ArchiveReader reader = ArchiveReaders.of(source, request.decryption());
            checkThere(source);
            try (TargetDirectory target = target(source)) {
                boolean mayReplace = request.target() instanceof RestoreTarget.InPlace;
                try (Staging staging = Staging.open(target.path(), request.random(), mayReplace)) {
                    unpack(source, reader, staging.folder(), cancellation);
                    // From here on it is a matter of renames, which are not to be cut off half way.
                    cancellation.closeDoor();
                    promoting = true;
                    staging.promote();
                    target.keep();
                }
                return new RestoreOutcome.Restored(
                        snapshot.folder(), target.path(), progress.stats(), source.plainBytes());
            }
        } catch (RunException e) {
            return failed(e, cancellation);
        } catch (IOException e) {
            return failed(Failures.of(e, Reason.READ_FAILED), cancellation);
        } catch (RuntimeException e) {
            LOG.error(
                    "unexpected failure in the restore of {}", snapshot.folder().policy(), e);
            return failed(new RunException(Reason.READ_FAILED, "unexpected failure: " + e, e), cancellation);
        } finally {
            cancellation.leave();
        }
    }

    /** The source that the request means. */
    private SourceEntry source() throws RunException {
        List<SourceEntry> sources = snapshot.manifest().sources();
        if (request.source().isEmpty() && sources.size() == 1) {
            return sources.get(0);
        }
        String names = String.join(", ", sources.stream().map(SourceEntry::name).toList());
        if (request.source().isEmpty()) {
            throw new RunException(
                    Reason.SOURCE_NOT_FOUND, "the snapshot holds several sources; choose one with --source: " + names);
        }
        return sources.stream()
                .filter(source -> source.name().equals(request.source().get()))
                .findFirst()
                .orElseThrow(() -> new RunException(
                        Reason.SOURCE_NOT_FOUND,
                        "the snapshot holds no source " + request.source().get() + "; it holds " + names));
    }

    /** What is gone or cut off is found before anything is unpacked. */
    private void checkThere(SourceEntry source) throws IOException, RunException {
        for (StoredPart part : source.objects()) {
            String key = snapshot.folder().key(part.name());
            Optional<StoredObject> there = store.find(key);
            if (there.isEmpty() || there.get().size() != part.size()) {
                String what = there.isEmpty()
                        ? "is not there any more"
                        : "has " + there.get().size() + " bytes instead of " + part.size();
                throw new RunException(
                        Reason.MISMATCH, key + " in " + store.location() + " " + what + "; restore another snapshot");
            }
        }
    }

    private void unpack(SourceEntry source, ArchiveReader reader, Path folder, Cancellation cancellation)
            throws IOException, RunException {
        try (StoredArchive stored = new StoredArchive(store, snapshot.folder(), source.objects(), bytesRead)) {
            try {
                reader.extract(stored, folder, request.setOwners(), progress);
                stored.drain();
            } catch (IOException | RuntimeException e) {
                cancellation.check();
                if (e instanceof IOException failure && isOfTheTarget(failure, folder)) {
                    throw new RunException(
                            Reason.TARGET_UNUSABLE,
                            "could not unpack into " + folder.getParent() + " (" + Failures.describe(failure)
                                    + "); free some space there or correct its permissions, or name another target",
                            failure);
                }
                // Whatever a decoder says about damaged bytes, what helps is the name of the object that is damaged.
                stored.checkCurrent();
                throw e;
            }
        }
        TreeStats stats = progress.stats();
        if (stats.files() != source.files() || stats.directories() != source.directories()) {
            throw new RunException(
                    Reason.MISMATCH,
                    "the archive of " + source.name() + " holds " + stats.files() + " files and " + stats.directories()
                            + " directories, but its manifest says " + source.files() + " and "
                            + source.directories() + "; restore another snapshot");
        }
    }

    /** A write that found no room says so only in words, which depend on the locale; the room itself does not. */
    private static boolean isOfTheTarget(IOException failure, Path folder) throws IOException {
        boolean ofNobodyElse = Failures.of(failure, Reason.TARGET_UNUSABLE).reason() == Reason.TARGET_UNUSABLE;
        return ofNobodyElse
                && (failure instanceof FileSystemException
                        || Files.getFileStore(folder).getUsableSpace() < HARDLY_ANYTHING);
    }

    private TargetDirectory target(SourceEntry source) throws RunException {
        RestoreTarget target = request.target();
        if (target instanceof RestoreTarget.EmptyDirectory into) {
            return TargetDirectory.create(into.directory());
        }
        if (target instanceof RestoreTarget.EmptyVolume into) {
            return TargetDirectory.existing(trees.findVolume(into.volume()));
        }
        Optional<Source> place = declared.stream()
                .filter(candidate -> candidate.name().equals(source.name()))
                .findFirst();
        if (place.isEmpty()) {
            throw new RunException(
                    Reason.SOURCE_NOT_FOUND,
                    "the configuration no longer has a source " + source.name()
                            + ", so there is no place to restore it to; use --to-directory");
        }
        if (!place.get().exclude().isEmpty()) {
            // What is left out of a backup would be missing afterwards, and was never meant to go.
            throw new RunException(
                    Reason.TARGET_UNUSABLE,
                    "the source " + source.name()
                            + " leaves files out (exclude), which a restore in place would remove;"
                            + " restore with --to-directory, and copy from there");
        }
        return TargetDirectory.existing(trees.find(place.get()));
    }

    private RestoreOutcome failed(RunException failure, Cancellation cancellation) {
        Reason cancelled = cancellation.reason();
        if (cancelled != null && !promoting) {
            return new RestoreOutcome.Failed(cancelled, "stopped before it was done; the target is as it was before");
        }
        LOG.debug("the restore of {} failed", snapshot.folder().policy(), failure);
        return new RestoreOutcome.Failed(failure.reason(), failure.text() + whichKey(failure));
    }

    /** A message names the key by its subkey; people know the fingerprint that {@code keygen} and the manifest name. */
    private String whichKey(RunException failure) {
        boolean wrongKey = failure.reason() == Reason.KEY_MISSING && failure.getCause() instanceof ArchiveException;
        return wrongKey
                ? ArchiveReaders.whichOpens(snapshot.manifest().sources().get(0).encryption())
                : "";
    }
}
