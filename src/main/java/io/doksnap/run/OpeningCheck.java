package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.archive.failure.ArchiveException;
import io.doksnap.archive.failure.ArchiveException.Kind;
import io.doksnap.run.Inspection.EndedException;
import io.doksnap.run.StoredArchive.DamagedObjectException;
import io.doksnap.run.VerifyOutcome.Undecided;
import io.doksnap.snapshot.Manifest.EncryptionEntry;
import io.doksnap.snapshot.Manifest.StoredPart;
import io.doksnap.snapshot.NewerFormatException;
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
 * Decrypts what is stored in some objects and reads it to its end, and writes nothing. When that fails, the objects say whether they are to
 * blame: a wrong key or a broken connection damages nothing.
 */
final class OpeningCheck {
    private static final Logger LOG = LoggerFactory.getLogger(OpeningCheck.class);

    private final ObjectStore store;
    private final SnapshotFolder folder;
    private final Subject subject;
    private final Inspection inspection;
    private final SourceFinding finding;

    OpeningCheck(
            ObjectStore store, SnapshotFolder folder, Subject subject, Inspection inspection, SourceFinding finding) {
        this.store = store;
        this.folder = folder;
        this.subject = subject;
        this.inspection = inspection;
        this.finding = finding;
    }

    /**
     * What is opened.
     *
     * @param name for people, with its article, such as {@code an archive}
     * @param parts the objects that are read as one stream
     */
    record Subject(String name, List<StoredPart> parts, EncryptionEntry encryption) {}

    /** Decrypts a stream and reads it to its end. */
    @FunctionalInterface
    interface Opening {
        void read(StoredArchive stored) throws IOException;
    }

    /** Reads it to its end; may try once more. */
    void run(Opening opening, AtomicLong bytesRead) throws EndedException {
        Exception failure = read(opening, bytesRead);
        if (failure == null) {
            return;
        }
        boolean wrongKey = failure instanceof ArchiveException archive
                && (archive.kind() == Kind.KEY || archive.kind() == Kind.LOCKED);
        // What is encrypted says at its very beginning whom it opens for.
        readObjects(wrongKey ? subject.parts().stream().limit(1).toList() : subject.parts());
        if (!finding.isSpotless()) {
            readObjects(subject.parts());
        } else if (wrongKey) {
            finding.undecided(new Undecided(
                    Reason.KEY_UNAVAILABLE, failure.getMessage() + ArchiveReaders.whichOpens(subject.encryption())));
        } else if (failure instanceof NewerFormatException) {
            finding.undecided(new Undecided(Reason.READ_FAILED, first() + ": " + failure.getMessage()));
        } else {
            // Its objects are sound; but then, bytes may also have changed on their way here.
            unreadable(read(opening, new AtomicLong()));
        }
    }

    /** What was read differs from what it should be, although its objects do not. */
    void differs(String expected, String found) {
        finding.damagedArchive(new Damage(finding.source(), first(), Reason.MISMATCH, expected, found));
    }

    /** What it failed with, unless that was the store's fault; {@code null} where it was read to its end. */
    private @Nullable Exception read(Opening opening, AtomicLong bytesRead) throws EndedException {
        try (StoredArchive stored = new StoredArchive(store, folder, subject.parts(), bytesRead)) {
            try {
                inspection.checkGoesOn();
                opening.read(stored);
                stored.drain();
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
            finding.damagedArchive(
                    new Damage(finding.source(), first(), Reason.UNREADABLE, subject.name() + " that opens", why));
        } else if (failure != null) {
            LOG.error("unexpected failure while {} was read", first(), failure);
            finding.undecided(new Undecided(Reason.READ_FAILED, "unexpected failure: " + failure));
        }
    }

    private static boolean isOfTheObjects(IOException failure) {
        return failure instanceof DamagedObjectException
                || (failure instanceof StoreException store && store.kind() == StoreException.Kind.NOT_FOUND);
    }

    private void readObjects(List<StoredPart> parts) throws EndedException {
        ObjectCheck objects = new ObjectCheck(store, folder, finding.source());
        inspection.readAll(parts, objects, finding, again -> inspection.checkGoesOn());
    }

    /** Where it begins. */
    private String first() {
        return subject.parts().isEmpty()
                ? folder.manifestKey()
                : folder.key(subject.parts().get(0).name());
    }
}
