package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.archive.ArchiveReader;
import io.doksnap.archive.Decryption;
import io.doksnap.archive.failure.ArchiveException;
import io.doksnap.archive.tar.Includes;
import io.doksnap.archive.tar.TreeStats;
import io.doksnap.policy.Source;
import io.doksnap.run.dump.DumpLoad;
import io.doksnap.snapshot.CatalogueEntry;
import io.doksnap.snapshot.LooseArchive;
import io.doksnap.snapshot.Manifest.EncryptionEntry;
import io.doksnap.store.ObjectStore;
import java.io.IOException;
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

    private final String name;
    private final Choice choice;
    private final Request request;
    private final SourceTrees trees;
    private final TreeStats.Collector progress = new TreeStats.Collector();
    private final RestorePlaces places;
    private Optional<EncryptionEntry> encryption = Optional.empty();
    private Optional<VolumeTarget> volume = Optional.empty();
    private Optional<DatabaseRestore> database = Optional.empty();
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
        this(
                declared,
                snapshot.folder().id(),
                () -> new SnapshotArchive(
                        snapshot.folder(),
                        SourceChoice.of(snapshot, request.source(), request.target() instanceof RestoreTarget.Database),
                        store),
                request,
                trees);
    }

    /** Creates a restore of an archive that has no manifest, so that fewer checks are to be had; the outcome says which. */
    public RestoreRun(
            List<Source> declared, LooseArchive archive, Request request, ObjectStore store, SourceTrees trees) {
        this(
                declared,
                archive.key(),
                () -> LooseObjects.of(archive, request.source().orElse(archive.source()), declared, store),
                request,
                trees);
    }

    private RestoreRun(List<Source> declared, String name, Choice choice, Request request, SourceTrees trees) {
        this.places = new RestorePlaces(declared, request, trees);
        this.name = name;
        this.choice = choice;
        this.request = request;
        this.trees = trees;
    }

    /** Says which archive the request means. */
    @FunctionalInterface
    private interface Choice {
        RestorableArchive archive() throws RunException;
    }

    /**
     * What to restore, and where to.
     *
     * @param source the source's name; empty where the snapshot holds only one, or the archive's own name will do
     * @param decryption opens encrypted archives; empty where none was given
     * @param setOwners whether to set owners, which needs privilege
     * @param random makes the staging folder's name unique
     * @param includes which of the files; in place, only these are replaced
     */
    public record Request(
            RestoreTarget target,
            Optional<String> source,
            Optional<Decryption> decryption,
            boolean setOwners,
            String random,
            Includes includes) {
        /** A request for all files. */
        public Request(
                RestoreTarget target,
                Optional<String> source,
                Optional<Decryption> decryption,
                boolean setOwners,
                String random) {
            this(target, source, decryption, setOwners, random, Includes.ALL);
        }

        /** Throws where what came out of an archive is not all that was asked for. */
        void requireWhole(RestorableArchive archive, TreeStats unpacked) throws RunException {
            if (includes.isAll()) {
                archive.checkUnpacked(unpacked);
            } else {
                requireAny(archive, unpacked);
            }
        }

        /** Throws where an archive has nothing of what was asked for. */
        void requireAny(RestorableArchive archive, TreeStats stats) throws RunException {
            if (!includes.isAll() && stats.files() + stats.directories() == 0) {
                throw new RunException(
                        Reason.SOURCE_NOT_FOUND,
                        "nothing in the source " + archive.source() + " of " + archive.name() + " matches "
                                + String.join(", ", includes.patterns()) + "; doksnap ls shows what there is");
            }
        }
    }

    /** How many bytes of the archive have been read; may be asked by other threads. */
    public long bytesRead() {
        return bytesRead.get();
    }

    /** How many bytes there are to read; 0 where the request means no source of the snapshot. */
    public long bytesInAll() {
        try {
            return choice.archive().storedBytes();
        } catch (RunException e) {
            return 0;
        }
    }

    /** Whether it loaded a dump into a database, which has no files and no owners; known once it has begun. */
    public boolean loadsDatabase() {
        return database.isPresent();
    }

    /** Runs to the end. Never throws for what can happen on the way: that is a {@link RestoreOutcome.Failed}. */
    public RestoreOutcome execute(Cancellation cancellation) {
        cancellation.enter();
        try {
            RestorableArchive archive = choice.archive();
            encryption = Optional.of(archive.encryption());
            ArchiveReader reader = archive.reader(request.decryption());
            archive.checkTarget(request.target());
            archive.checkThere();
            return restored(archive, reader, cancellation);
        } catch (RunException e) {
            return failed(e, cancellation);
        } catch (IOException e) {
            return failed(Failures.of(e, Reason.READ_FAILED), cancellation);
        } catch (RuntimeException e) {
            LOG.error("unexpected failure in the restore of {}", name, e);
            return failed(new RunException(Reason.READ_FAILED, "unexpected failure: " + e, e), cancellation);
        } finally {
            cancellation.leave();
        }
    }

    private RestoreOutcome.Restored restored(RestorableArchive archive, ArchiveReader reader, Cancellation cancellation)
            throws IOException, RunException {
        database = DatabaseRestore.of(archive, request, places, trees.docker());
        if (database.isPresent()) {
            return loaded(archive, reader, database.get(), cancellation);
        }
        try (VolumeTarget into = VolumeTarget.prepare(request.target(), trees.docker())) {
            volume = Optional.of(into);
            DataPlace place = places.of(archive.source());
            RestoreOutcome.Restored restored = place instanceof DataPlace.ThroughEngine engine
                    ? throughEngine(archive, reader, engine, into, cancellation)
                    : intoDirectory(archive, reader, (DataPlace.Directory) place, cancellation);
            into.keep();
            return restored;
        }
    }

    private RestoreOutcome.Restored loaded(
            RestorableArchive archive, ArchiveReader reader, DatabaseRestore database, Cancellation cancellation)
            throws IOException, RunException {
        DumpLoad.Loaded loaded = database.execute(reader, bytesRead, progress, cancellation);
        return new RestoreOutcome.Restored(
                name, loaded.where(), progress.stats(), archive.plainBytes(progress.stats()), loaded.notes());
    }

    private RestoreOutcome.Restored intoDirectory(
            RestorableArchive archive, ArchiveReader reader, DataPlace.Directory place, Cancellation cancellation)
            throws IOException, RunException {
        DirectoryRestore restore = new DirectoryRestore(places, place, request, bytesRead, progress);
        DirectoryRestore.Placed placed = restore.write(archive, reader, cancellation);
        return restored(archive, placed.directory().toString(), placed.notes());
    }

    private RestoreOutcome.Restored throughEngine(
            RestorableArchive archive,
            ArchiveReader reader,
            DataPlace.ThroughEngine place,
            VolumeTarget volume,
            Cancellation cancellation)
            throws IOException, RunException {
        EngineRestore restore = engineRestore(archive, place);
        restore.checkEmpty();
        request.requireWhole(archive, restore.check(archive, reader));
        cancellation.check();
        // Reading all of it may have taken hours.
        restore.checkEmpty();
        volume.touch();
        restore.write(archive, reader, progress);
        cancellation.closeDoor();
        return restored(archive, "volume " + place.volume(), List.of());
    }

    private EngineRestore engineRestore(RestorableArchive archive, DataPlace.ThroughEngine place) throws RunException {
        if (request.target() instanceof RestoreTarget.InPlace) {
            throw new RunException(
                    Reason.TARGET_UNUSABLE,
                    "the volume " + place.volume() + " can only be reached through the Docker Engine (" + place.why()
                            + "), where nothing can be replaced safely; restore into a new volume (--to-volume), and"
                            + " let the container use that");
        }
        if (archive instanceof LooseObjects) {
            throw new RunException(
                    Reason.TARGET_UNUSABLE,
                    "an archive without a manifest cannot be restored into the volume " + place.volume()
                            + ", which can only be reached through the Docker Engine (" + place.why()
                            + "); restore with --to-directory");
        }
        return new EngineRestore(trees.throughEngine(), place, request, bytesRead);
    }

    private RestoreOutcome.Restored restored(RestorableArchive archive, String where, List<String> notes) {
        TreeStats stats = progress.stats();
        long bytes = request.includes().isAll() ? archive.plainBytes(stats) : stats.contentBytes();
        return new RestoreOutcome.Restored(name, where, stats, bytes, notes);
    }

    /** Says what {@link #execute} would do. Writes nothing, and throws as little. */
    public RestorePreview preview() {
        RestorePreview known = RestorePreview.NOTHING_KNOWN;
        try {
            RestorableArchive archive = choice.archive();
            encryption = Optional.of(archive.encryption());
            known = known.of(archive.source());
            archive.reader(request.decryption());
            archive.checkTarget(request.target());
            archive.checkThere();
            Optional<DatabaseRestore> load = DatabaseRestore.of(archive, request, places, trees.docker());
            if (load.isPresent()) {
                return known.holding(1, archive.plainBytes(progress.stats()))
                        .into(load.get().preview());
            }
            TreeStats stats = archive.count(request.includes(), request.decryption());
            request.requireAny(archive, stats);
            long bytes = request.includes().isAll() ? archive.plainBytes(stats) : stats.contentBytes();
            known = known.holding(stats.files(), bytes);
            if (request.target() instanceof RestoreTarget.EmptyVolume into && !trees.hasVolume(into.volume())) {
                return known.into("the new volume " + into.volume());
            }
            DataPlace place = places.of(archive.source());
            if (place instanceof DataPlace.ThroughEngine volume) {
                known = known.into("volume " + volume.volume());
                engineRestore(archive, volume).checkEmpty();
            } else {
                Path directory = ((DataPlace.Directory) place).path();
                known = known.into(directory.toString());
                TargetCheck.check(directory, request.target() instanceof RestoreTarget.InPlace, bytes);
            }
            return known;
        } catch (RunException e) {
            return known.failing(new RestoreOutcome.Failed(e.reason(), e.text() + whichKey(e)));
        } catch (IOException e) {
            RunException failure = Failures.of(e, Reason.READ_FAILED);
            return known.failing(new RestoreOutcome.Failed(failure.reason(), failure.text() + whichKey(failure)));
        }
    }

    private RestoreOutcome failed(RunException failure, Cancellation cancellation) {
        Optional<String> left = volume.flatMap(VolumeTarget::left).or(() -> database.flatMap(DatabaseRestore::left));
        Reason cancelled = cancellation.stopped();
        if (cancelled != null) {
            return new RestoreOutcome.Failed(
                    cancelled, "stopped before it was done; " + left.orElse("the target is as it was before"));
        }
        LOG.debug("the restore of {} failed", name, failure);
        return new RestoreOutcome.Failed(
                failure.reason(),
                failure.text()
                        + whichKey(failure)
                        + left.map(text -> "; " + text).orElse(""));
    }

    /** A message names the key by its subkey; people know the fingerprint that {@code keygen} and the manifest name. */
    private String whichKey(RunException failure) {
        boolean wrongKey = failure.reason() == Reason.KEY_MISSING && failure.getCause() instanceof ArchiveException;
        return wrongKey ? encryption.map(ArchiveReaders::whichOpens).orElse("") : "";
    }
}
