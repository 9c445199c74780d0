package io.doksnap.run;

import io.doksnap.api.BackupPolicySpec;
import io.doksnap.api.Reason;
import io.doksnap.archive.ArchiveWriter;
import io.doksnap.archive.Codec;
import io.doksnap.archive.Encryption;
import io.doksnap.archive.tar.TreeStats;
import io.doksnap.policy.Compression;
import io.doksnap.policy.Policy;
import io.doksnap.run.Destinations.Left;
import io.doksnap.snapshot.Details;
import io.doksnap.snapshot.Details.SourceDetails;
import io.doksnap.snapshot.Identity;
import io.doksnap.snapshot.Manifest;
import io.doksnap.snapshot.Manifest.EncryptionEntry;
import io.doksnap.snapshot.Manifest.SourceEntry;
import io.doksnap.snapshot.RunRecord;
import io.doksnap.snapshot.SnapshotFolder;
import io.doksnap.store.ObjectStore;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One backup of one policy, from start to end.
 *
 * <p>Wait for other runs in the same workload; find every source; in each destination note the run on disk and write {@code run.json}; read each source once, archive it and commit
 * it in each destination; let the workload go on, where there is a spool before all of it is uploaded, and store the lists of the files;
 * check that every object is there; write {@code manifest.json}. Only that last step makes a snapshot, in each destination on its own: the run succeeds where at least one has it. Whatever fails before it, what was stored is removed again, now or at
 * the next start.
 */
public final class BackupRun {
    private static final Logger LOG = LoggerFactory.getLogger(BackupRun.class);

    private final Policy policy;
    private final Identity identity;
    private final Archiving archiving;
    private final List<Target> targets;
    private final Surroundings here;
    private final Codec codec;
    private final SourceArchiver archiver;
    private final BackupProgress progress = new BackupProgress();
    private WorkloadReport report = new WorkloadReport();

    /**
     * Creates a run; nothing happens before {@link #execute}.
     *
     * @param targets every destination; at least one, no two of them the same place
     */
    public BackupRun(
            Policy policy, Identity identity, Archiving archiving, List<Target> targets, Surroundings surroundings) {
        this.policy = policy;
        this.identity = identity;
        this.archiving = archiving;
        this.targets = List.copyOf(targets);
        this.here = surroundings;
        this.codec = codec(policy.compression());
        ArchiveWriter writer = archiving.threads().isPresent()
                ? new ArchiveWriter(
                        codec, archiving.encryption(), archiving.threads().getAsInt())
                : new ArchiveWriter(codec, archiving.encryption());
        this.archiver = new SourceArchiver(
                writer,
                here.trees().throughEngine(),
                new EngineVolumes.Owner(here.data(), archiving.random()),
                here.trees().dumps(policy, archiving.random()));
    }

    private static Codec codec(Compression compression) {
        return switch (compression) {
            case ZSTD -> Codec.ZSTD;
            case GZIP -> Codec.GZIP;
            case NONE -> Codec.NONE;
        };
    }

    /**
     * Where a run stores.
     *
     * @param name of the destination
     * @param store stays the caller's to close
     */
    public record Target(String name, ObjectStore store) {}

    /**
     * How archives are made, and what the snapshot is called.
     *
     * @param random makes the run's id unique: lower case letters and digits
     * @param program what the manifest names as its writer
     * @param spec what the policy was made of, to be kept with the snapshot; empty where there is no resource
     * @param threads how many compress one archive; empty: as many as help
     */
    public record Archiving(
            Encryption encryption,
            String random,
            String program,
            Optional<BackupPolicySpec> spec,
            OptionalInt threads) {
        /** For a policy that no resource declared. */
        public Archiving(Encryption encryption, String random, String program) {
            this(encryption, random, program, Optional.empty(), OptionalInt.empty());
        }
    }

    /**
     * What a run finds on this host.
     *
     * @param spool where archives may wait for their upload; empty: nowhere
     */
    public record Surroundings(
            SourceTrees trees,
            Workloads workloads,
            DataDirectory data,
            Clock clock,
            MemoryBudget memory,
            Optional<SpoolSpace> spool) {
        /** Where everything is stored at the pace of the destinations. */
        public Surroundings(
                SourceTrees trees, Workloads workloads, DataDirectory data, Clock clock, MemoryBudget memory) {
            this(trees, workloads, data, clock, memory, Optional.empty());
        }
    }

    /** How far the run is; may be read from other threads. */
    public BackupProgress progress() {
        return progress;
    }

    /** What became of the workload and its hooks; complete once {@link #execute} has returned. */
    public WorkloadReport workload() {
        return report;
    }

    /** Runs to the end. Never throws for what can happen on the way: that is a {@link BackupOutcome.Failed}. */
    public BackupOutcome execute(Cancellation cancellation) {
        cancellation.enter();
        here.data().running().add(archiving.random());
        Destinations destinations = new Destinations(List.of());
        Workload workload = here.workloads()
                .open(PolicyName.of(policy), Workload.Plan.of(policy), archiving.random(), cancellation);
        report = workload.report();
        // The workload is the first to be closed: nothing that is still to be cleaned up is as urgent.
        try (Deadline deadline = new Deadline(cancellation);
                IndexSpools indexes = new IndexSpools(here.data(), archiving.encryption());
                workload) {
            deadline.start(policy.timeout());
            CarriedOut.check(policy);
            // Not before: what a redeploy has put in the place of others while the run waited is what there is to read.
            workload.awaitTurn();
            List<ReadableSource> found = findSources();
            cancellation.check();
            Instant started = here.clock().instant();
            SnapshotFolder folder = SnapshotFolder.create(identity, started, archiving.random());
            destinations = destinations(folder);
            destinations.begin(runRecord(folder, started));
            workload.quiesce();
            List<StoredSource> stored = store(found, destinations, workload, indexes, cancellation);
            indexes.store(destinations);
            DetailsFile.store(details(stored, folder), archiving.encryption(), destinations);
            destinations.checkThere();
            cancellation.closeDoor();
            Instant finished = here.clock().instant();
            destinations.commit(destination -> manifest(destination, stored, folder, started, finished));
            return succeeded(folder, destinations);
        } catch (NoDestinationLeftException e) {
            return failed(destinations.failure(), cancellation, destinations, workload);
        } catch (RunException e) {
            return failed(e, cancellation, destinations, workload);
        } catch (IOException e) {
            return failed(Failures.of(e, Reason.READ_FAILED), cancellation, destinations, workload);
        } catch (RuntimeException e) {
            LOG.error("unexpected failure in the backup of {}", policy.name(), e);
            RunException unexpected = new RunException(Reason.READ_FAILED, "unexpected failure: " + e, e);
            return failed(unexpected, cancellation, destinations, workload);
        } finally {
            here.data().running().remove(archiving.random());
            cancellation.leave();
        }
    }

    private List<ReadableSource> findSources() throws RunException, IOException {
        List<ReadableSource> found = here.trees().resolve(policy);
        SourceTrees.refuse(OwnPlaces.ofStores(targets), found);
        if (found.stream().anyMatch(ReadableSource.EngineVolume.class::isInstance)) {
            here.trees()
                    .throughEngine()
                    .collectLeftovers(here.data(), here.clock().instant());
        }
        for (ReadableSource source : found) {
            if (source instanceof ReadableSource.Tree tree && Staging.isHalfDone(tree.path())) {
                throw new RunException(
                        Reason.READ_FAILED,
                        "a restore into " + tree.path()
                                + " was cut off while it put its files into place; run the restore"
                                + " again before the next backup");
            }
        }
        return found;
    }

    private Destinations destinations(SnapshotFolder folder) {
        OpenRuns openRuns = new OpenRuns(here.data());
        return new Destinations(targets.stream()
                .map(target -> new DestinationRun(target, folder, openRuns, progress.storedCounter()))
                .toList());
    }

    private RunRecord runRecord(SnapshotFolder folder, Instant started) {
        return new RunRecord(Manifest.FORMAT_VERSION, identity, folder.id(), started, started.plus(policy.timeout()));
    }

    /** A source that was read to its end. */
    private record StoredSource(ReadableSource source, ArchiveWriter.Result archive) {
        String name() {
            return source.name();
        }
    }

    /** Reads everything, lets the workload go on, and waits until everything is stored. */
    private List<StoredSource> store(
            List<ReadableSource> found,
            Destinations destinations,
            Workload workload,
            IndexSpools indexes,
            Cancellation cancellation)
            throws IOException, RunException {
        int atOnce = here.memory()
                .sourcesAtOnce(
                        targets.stream().map(Target::store).toList(),
                        here.spool().isPresent());
        // The workload is closed first here, too: giving up an upload takes its time.
        try (Uploads uploads = Uploads.of(policy, destinations, here.spool(), atOnce, report);
                workload) {
            List<StoredSource> read = SourcesAtOnce.run(found, atOnce, source -> {
                cancellation.check();
                return workload.read(reading -> storeSource(source, uploads, indexes, reading));
            });
            workload.finish();
            cancellation.check();
            uploads.finish();
            return read;
        }
    }

    private StoredSource storeSource(
            ReadableSource source, Uploads uploads, IndexSpools indexes, Workload.Reading reading)
            throws IOException, RunException {
        TreeStats.Collector counter = progress.beginSource(source.name());
        try (ArchiveSink archive = uploads.begin(archiver.object(source));
                reading) {
            ArchiveWriter.Result result;
            if (archiver.hasIndex(source)) {
                IndexSpool index = indexes.begin(source.name());
                LiveDatabase database = new LiveDatabase(index);
                result = archiver.write(source, counter, database, archive);
                result = database.judge(result, source, policy, here.trees().docker());
                index.finish();
            } else {
                result = archiver.write(source, counter, entry -> {}, archive);
            }
            archiver.checkContent(source, result, policy.allowEmpty());
            reading.checkStill();
            archive.commit();
            reading.done();
            return new StoredSource(source, result);
        }
    }

    private Details details(List<StoredSource> stored, SnapshotFolder folder) {
        List<SourceDetails> sources = stored.stream()
                .map(source -> new SourceDetails(
                        source.name(),
                        source.archive().plainBytes(),
                        source.archive().plainSha256()))
                .toList();
        return Details.of(archiving.program(), identity, folder.id(), archiving.spec(), sources);
    }

    private Manifest manifest(
            DestinationRun destination,
            List<StoredSource> stored,
            SnapshotFolder folder,
            Instant started,
            Instant finished) {
        EncryptionEntry encryption = new EncryptionEntry(
                archiving.encryption().method(), archiving.encryption().fingerprints());
        List<SourceEntry> entries = stored.stream()
                .map(source -> new SourceEntry(
                        source.name(),
                        destination.parts(archiver.object(source.source())),
                        source.archive().plainBytes(),
                        source.archive().stats().files(),
                        source.archive().stats().directories(),
                        codec.text(),
                        encryption,
                        source.archive().stats().warnings(),
                        archiver.hasIndex(source.source())
                                ? destination.parts(IndexSpools.object(source.name(), archiving.encryption()))
                                : List.of(),
                        archiver.dump(source.source())))
                .toList();
        return new Manifest(
                Manifest.FORMAT_VERSION,
                archiving.program(),
                identity,
                folder.id(),
                started,
                finished,
                entries,
                destination.parts(DetailsFile.object(archiving.encryption())));
    }

    private BackupOutcome succeeded(SnapshotFolder folder, Destinations destinations) {
        List<Left> left = destinations.cleanUp(destinations.failure());
        return new BackupOutcome.Succeeded(
                folder,
                destinations.committed(),
                left.stream().map(Left::missed).toList(),
                report.allWarnings());
    }

    private BackupOutcome failed(
            RunException failure, Cancellation cancellation, Destinations destinations, Workload workload) {
        cancellation.leave();
        LOG.debug("the backup of {} failed", policy.name(), failure);
        List<Left> left = destinations.cleanUp(failure);
        workload.afterFailure();
        Reason cancelled = cancellation.reason();
        if (cancelled != null && !destinations.isCommitting()) {
            String message = workload.wasStillForTooLong()
                    ? "stopped, as the workload had been down for as long as it may be (" + workload.limit()
                            + "); nothing was committed"
                    : cancelled == Reason.TIMED_OUT
                            ? "stopped after its timeout of " + words(policy.timeout()) + "; nothing was committed"
                            : "stopped before it was done; nothing was committed";
            return new BackupOutcome.Failed(cancelled, Left.after(message, left));
        }
        boolean severalFailed = left.size() > 1 && destinations.noneLeft();
        return new BackupOutcome.Failed(
                failure.reason(),
                severalFailed ? "no destination took it. " + Left.each(left) : Left.after(failure.text(), left));
    }

    static String words(Duration duration) {
        return duration.toString().substring(2).toLowerCase(Locale.ROOT);
    }
}
