package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.archive.ArchiveReader;
import io.doksnap.archive.ArchiveReader.Content;
import io.doksnap.archive.failure.ArchiveException;
import io.doksnap.archive.failure.ArchiveException.Kind;
import io.doksnap.archive.tar.TreeStats;
import io.doksnap.run.Inspection.EndedException;
import io.doksnap.run.StoredArchive.DamagedObjectException;
import io.doksnap.run.VerifyOutcome.Undecided;
import io.doksnap.snapshot.Manifest.SourceEntry;
import io.doksnap.snapshot.Manifest.StoredPart;
import io.doksnap.snapshot.SnapshotFolder;
import io.doksnap.store.ObjectStore;
import io.doksnap.store.StoreException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decrypts, decompresses and counts the archive of one source, and writes nothing. When that fails, the objects say whether they are to blame: a wrong key or a
 * broken connection damages nothing.
 */
final class ArchiveCheck {
    private static final Logger LOG = LoggerFactory.getLogger(ArchiveCheck.class);

    private final ObjectStore store;
    private final SnapshotFolder folder;
    private final SourceEntry source;
    private final Inspection inspection;
    private final SourceFinding finding;

    ArchiveCheck(
            ObjectStore store,
            SnapshotFolder folder,
            SourceEntry source,
            Inspection inspection,
            SourceFinding finding) {
        this.store = store;
        this.folder = folder;
        this.source = source;
        this.inspection = inspection;
        this.finding = finding;
    }

    /** Reads the archive to its end. */
    void run(ArchiveReader reader, AtomicLong bytesRead) throws EndedException {
        Exception failure = read(reader, bytesRead);
        if (failure == null) {
            return;
        }
        boolean wrongKey = failure instanceof ArchiveException archive
                && (archive.kind() == Kind.KEY || archive.kind() == Kind.LOCKED);
        // An archive says at its very beginning whom it opens for.
        readObjects(wrongKey ? source.objects().stream().limit(1).toList() : source.objects());
        if (!finding.isSpotless()) {
            readObjects(source.objects());
        } else if (wrongKey) {
            finding.undecided(new Undecided(
                    Reason.KEY_UNAVAILABLE, failure.getMessage() + ArchiveReaders.whichOpens(source.encryption())));
        } else {
            // Its objects are sound; but then, bytes may also have changed on their way here.
            unreadable(read(reader, new AtomicLong()));
        }
    }

    /** What it failed with, unless that was the store's fault; {@code null} where the archive was read to its end. */
    private @Nullable Exception read(ArchiveReader reader, AtomicLong bytesRead) throws EndedException {
        try (StoredArchive stored = new StoredArchive(store, folder, source.objects(), bytesRead)) {
            try {
                inspection.checkGoesOn();
                Content content = reader.check(stored, new TreeStats.Collector());
                stored.drain();
                compare(content);
                return null;
            } catch (IOException | RuntimeException e) {
                Optional<IOException> broken = stored.broken().filter(cause -> !isOfTheObjects(cause));
                if (inspection.isStopped() || broken.isPresent()) {
                    inspection.failed(first(), finding, broken.orElseGet(InterruptedIOException::new));
                }
                return e;
            }
        } catch (IOException e) {
            return e;
        }
    }

    private void unreadable(@Nullable Exception failure) {
        if (failure instanceof IOException damage) {
            String why = Failures.describe(damage);
            finding.damagedArchive(new Damage(source.name(), first(), Reason.UNREADABLE, "an archive that opens", why));
        } else if (failure != null) {
            LOG.error("unexpected failure while the archive of {} was read", source.name(), failure);
            finding.undecided(new Undecided(Reason.READ_FAILED, "unexpected failure: " + failure));
        }
    }

    private void compare(Content content) {
        TreeStats stats = content.stats();
        String expected = holding(source.files(), source.directories(), source.plainBytes());
        String found = holding(stats.files(), stats.directories(), content.plainBytes());
        if (!found.equals(expected)) {
            finding.damagedArchive(new Damage(source.name(), first(), Reason.MISMATCH, expected, found));
        }
    }

    private static String holding(long files, long directories, long bytes) {
        return "an archive of " + files + " files and " + directories + " directories in " + bytes + " bytes";
    }

    private static boolean isOfTheObjects(IOException failure) {
        return failure instanceof DamagedObjectException
                || (failure instanceof StoreException store && store.kind() == StoreException.Kind.NOT_FOUND);
    }

    private void readObjects(List<StoredPart> parts) throws EndedException {
        ObjectCheck objects = new ObjectCheck(store, folder, source.name());
        inspection.readAll(parts, objects, finding, again -> inspection.checkGoesOn());
    }

    /** Where the archive begins. */
    private String first() {
        return source.objects().isEmpty()
                ? folder.manifestKey()
                : folder.key(source.objects().get(0).name());
    }
}
