package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.archive.ArchiveReader;
import io.doksnap.archive.Codec;
import io.doksnap.archive.openpgp.OpenPgpIdentity;
import io.doksnap.archive.tar.TreeStats;
import io.doksnap.policy.Policy;
import io.doksnap.policy.Source;
import io.doksnap.snapshot.CatalogueEntry;
import io.doksnap.snapshot.Manifest.SourceEntry;
import io.doksnap.store.ObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
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

    private final Policy policy;
    private final CatalogueEntry.Snapshot snapshot;
    private final Request request;
    private final ObjectStore store;
    private final SourceTrees trees;
    private final TreeStats.Collector progress = new TreeStats.Collector();

    /** Creates a restore; nothing happens before {@link #execute}. */
    public RestoreRun(
            Policy policy, CatalogueEntry.Snapshot snapshot, Request request, ObjectStore store, SourceTrees trees) {
        this.policy = policy;
        this.snapshot = snapshot;
        this.request = request;
        this.store = store;
        this.trees = trees;
    }

    /**
     * What to restore, and where to.
     *
     * @param source the source's name; empty where the snapshot holds only one
     * @param identity opens encrypted archives; empty where they are not encrypted
     * @param setOwners whether to set owners, which needs privilege
     * @param random makes the staging folder's name unique
     */
    public record Request(
            RestoreTarget target,
            Optional<String> source,
            Optional<OpenPgpIdentity> identity,
            boolean setOwners,
            String random) {}

    /** How far the restore is; may be read from other threads. */
    public TreeStats progress() {
        return progress.stats();
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

    /** Runs to the end. Never throws for what can happen on the way: that is a {@link RestoreOutcome.Failed}. */
    public RestoreOutcome execute(Cancellation cancellation) {
        cancellation.enter();
        try {
            SourceEntry source = source();
            Path target = target(source);
            try (Staging staging =
                    Staging.open(target, request.random(), request.target() instanceof RestoreTarget.InPlace)) {
                unpack(source, staging.folder());
                // From here on it is a matter of renames, which are not to be cut off half way.
                cancellation.leave();
                staging.promote();
            }
            return new RestoreOutcome.Restored(snapshot.folder(), target, progress.stats());
        } catch (RunException e) {
            return failed(e, cancellation);
        } catch (IOException e) {
            return failed(Failures.of(e, Reason.READ_FAILED), cancellation);
        } catch (RuntimeException e) {
            LOG.error("unexpected failure in the restore of {}", policy.name(), e);
            return failed(new RunException(Reason.READ_FAILED, "unexpected failure: " + e, e), cancellation);
        } finally {
            cancellation.leave();
        }
    }

    private void unpack(SourceEntry source, Path folder) throws IOException, RunException {
        @Nullable
        OpenPgpIdentity identity = source.encryption().method().equals("none")
                ? null
                : request.identity().orElseThrow(() -> missingIdentity(source));
        ArchiveReader reader = new ArchiveReader(codec(source), identity);
        try (StoredArchive stored = new StoredArchive(store, snapshot.folder(), source.objects())) {
            reader.extract(stored, folder, request.setOwners(), progress);
            stored.drain();
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

    private static Codec codec(SourceEntry source) throws RunException {
        return switch (source.codec()) {
            case "zstd" -> Codec.ZSTD;
            case "none" -> Codec.NONE;
            default ->
                throw new RunException(
                        Reason.READ_FAILED,
                        "the archive of " + source.name() + " is compressed with " + source.codec()
                                + ", which this version cannot read; upgrade");
        };
    }

    private static RunException missingIdentity(SourceEntry source) {
        boolean password = source.encryption().method().equals("aes256");
        String what = password
                ? "a password; set ENCRYPTION_PASSWORD"
                : "a private key; give it with --identity KEYFILE (fingerprint "
                        + String.join(", ", source.encryption().fingerprints()) + ")";
        return new RunException(Reason.KEY_MISSING, "the archive of " + source.name() + " needs " + what);
    }

    private Path target(SourceEntry source) throws RunException, IOException {
        RestoreTarget target = request.target();
        if (target instanceof RestoreTarget.EmptyDirectory into) {
            try {
                Files.createDirectories(into.directory());
                return into.directory().toRealPath();
            } catch (IOException e) {
                throw new RunException(
                        Reason.TARGET_UNUSABLE,
                        "cannot create " + into.directory() + " ("
                                + e.getClass().getSimpleName() + "); name a directory that this user may write to",
                        e);
            }
        }
        if (target instanceof RestoreTarget.EmptyVolume into) {
            return trees.findVolume(into.volume());
        }
        Optional<Source> declared = policy.sources().stream()
                .filter(candidate -> candidate.name().equals(source.name()))
                .findFirst();
        if (declared.isEmpty()) {
            throw new RunException(
                    Reason.SOURCE_NOT_FOUND,
                    "the configuration no longer has a source " + source.name()
                            + ", so there is no place to restore it to; use --to-directory");
        }
        return trees.find(declared.get());
    }

    private RestoreOutcome failed(RunException failure, Cancellation cancellation) {
        Reason cancelled = cancellation.reason();
        if (cancelled != null) {
            return new RestoreOutcome.Failed(cancelled, "stopped before it was done; the target is as it was before");
        }
        LOG.debug("the restore of {} failed", policy.name(), failure);
        return new RestoreOutcome.Failed(failure.reason(), failure.text());
    }
}
