package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.archive.ArchiveReader;
import io.doksnap.archive.Decryption;
import io.doksnap.archive.failure.ArchiveException;
import io.doksnap.archive.tar.Includes;
import io.doksnap.archive.tar.NotIncludedException;
import io.doksnap.archive.tar.TarEntry;
import io.doksnap.archive.tar.TreeStats;
import io.doksnap.policy.Source;
import io.doksnap.run.FileListing.ListingException;
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
     * @param includes which of the files; all of them in place
     */
    public record Request(
            RestoreTarget target,
            Optional<String> source,
            Optional<Decryption> decryption,
            boolean setOwners,
            String random,
            Includes includes) {
        public Request {
            if (target instanceof RestoreTarget.InPlace && !includes.isAll()) {
                throw new IllegalArgumentException("what is not included would be gone afterwards");
            }
        }

        /** A request for all files. */
        public Request(
                RestoreTarget target,
                Optional<String> source,
                Optional<Decryption> decryption,
                boolean setOwners,
                String random) {
            this(target, source, decryption, setOwners, random, Includes.ALL);
        }
    }

    /** How many bytes of the archive have been read; may be asked by other threads. */
    public long bytesRead() {
        return bytesRead.get();
    }

    /** How many bytes there are to read; 0 where the request means no source of the snapshot. */
    public long bytesInAll() {
        try {
            return source().archiveBytes();
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
                        snapshot.folder(),
                        target.path(),
                        progress.stats(),
                        request.includes().isAll()
                                ? source.plainBytes()
                                : progress.stats().contentBytes());
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

    /** Says what {@link #execute} would do. Writes nothing, and throws as little. */
    public RestorePreview preview() {
        RestorePreview known = RestorePreview.NOTHING_KNOWN;
        try {
            SourceEntry source = source();
            known = known.of(source.name(), source.files(), source.plainBytes());
            checkThere(source);
            ArchiveReaders.of(source, request.decryption());
            if (!request.includes().isAll()) {
                TreeStats stats = included();
                requireAny(source, stats);
                known = known.of(source.name(), stats.files(), stats.contentBytes());
            }
            Path place = place(source);
            known = known.into(place.toString());
            TargetCheck.check(place, request.target() instanceof RestoreTarget.InPlace, known.bytes());
            return known;
        } catch (RunException e) {
            return known.failing(new RestoreOutcome.Failed(e.reason(), e.text()));
        } catch (IOException e) {
            RunException failure = Failures.of(e, Reason.READ_FAILED);
            return known.failing(new RestoreOutcome.Failed(failure.reason(), failure.text()));
        }
    }

    /** What is included, as the list of the files has it. */
    private TreeStats included() throws RunException {
        long[] found = new long[3];
        try {
            FileListing.of(snapshot, request.source(), request.decryption(), store)
                    .visit(file -> {
                        if (request.includes().take(file.path())) {
                            found[file.type() == TarEntry.Type.DIRECTORY ? 1 : 0]++;
                            found[2] += file.size();
                        }
                    });
        } catch (ListingException e) {
            throw new RunException(e.reason(), String.valueOf(e.getMessage()), e);
        }
        return new TreeStats(found[0], found[1], found[2], List.of());
    }

    /** The source that the request means. */
    private SourceEntry source() throws RunException {
        return SourceChoice.of(snapshot, request.source());
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
                reader.extract(stored, folder, request.includes(), request.setOwners(), progress);
                stored.drain();
            } catch (NotIncludedException e) {
                throw e;
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
        compare(source, progress.stats());
    }

    private void compare(SourceEntry source, TreeStats stats) throws RunException {
        if (!request.includes().isAll()) {
            requireAny(source, stats);
            return;
        }
        if (stats.files() != source.files() || stats.directories() != source.directories()) {
            throw new RunException(
                    Reason.MISMATCH,
                    "the archive of " + source.name() + " holds " + stats.files() + " files and " + stats.directories()
                            + " directories, but its manifest says " + source.files() + " and "
                            + source.directories() + "; restore another snapshot");
        }
    }

    private void requireAny(SourceEntry source, TreeStats stats) throws RunException {
        if (stats.files() + stats.directories() == 0) {
            throw new RunException(
                    Reason.SOURCE_NOT_FOUND,
                    "nothing in the source " + source.name() + " of "
                            + snapshot.folder().id() + " matches "
                            + String.join(", ", request.includes().patterns()) + "; doksnap ls "
                            + snapshot.folder().policy() + " -R shows what there is");
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
        return TargetDirectory.existing(place(source));
    }

    /** Where it is to go. */
    private Path place(SourceEntry source) throws RunException {
        if (request.target() instanceof RestoreTarget.EmptyDirectory into) {
            return into.directory();
        }
        if (request.target() instanceof RestoreTarget.EmptyVolume into) {
            return trees.findVolume(into.volume());
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
        return trees.find(place.get());
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
        List<String> fingerprints = snapshot.manifest().sources().stream()
                .flatMap(source -> source.encryption().fingerprints().stream())
                .distinct()
                .toList();
        return wrongKey && !fingerprints.isEmpty() ? " (fingerprint " + String.join(", ", fingerprints) + ")" : "";
    }
}
