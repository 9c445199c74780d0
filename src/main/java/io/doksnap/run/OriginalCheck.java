package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.archive.ArchiveReader;
import io.doksnap.archive.failure.ArchiveException;
import io.doksnap.archive.failure.ArchiveException.Kind;
import io.doksnap.archive.tar.TreeStats;
import io.doksnap.run.Inspection.EndedException;
import io.doksnap.run.VerifyOutcome.Undecided;
import io.doksnap.snapshot.LooseArchive;
import io.doksnap.snapshot.OriginalArchive;
import io.doksnap.store.ObjectStore;
import io.doksnap.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at an archive of the original program. It has no manifest, so nothing tells what it should be: it can be seen to be there, and to
 * be readable to its end, but there is nothing to compare its bytes with. Nothing is kept of what is found.
 */
final class OriginalCheck {
    private static final Logger LOG = LoggerFactory.getLogger(OriginalCheck.class);

    private final OriginalArchive original;
    private final VerifyRun.Request request;
    private final ObjectStore store;
    private final AtomicLong bytesRead;
    private final Inspection inspection;
    private final SourceFinding finding;

    OriginalCheck(
            OriginalArchive original,
            VerifyRun.Request request,
            ObjectStore store,
            AtomicLong bytesRead,
            Cancellation cancellation) {
        this.original = original;
        this.request = request;
        this.store = store;
        this.bytesRead = bytesRead;
        this.inspection = new Inspection(store, cancellation);
        this.finding = new SourceFinding(original.app());
    }

    VerifyOutcome run() {
        try {
            inspection.checkGoesOn();
            Optional<LooseArchive> archive = LooseArchive.find(store, original.key());
            if (archive.isEmpty()) {
                return new VerifyOutcome.Gone(original);
            }
            look(archive.get());
        } catch (IOException e) {
            if (e instanceof StoreException answer && answer.kind() == StoreException.Kind.NOT_FOUND) {
                return new VerifyOutcome.Gone(original);
            }
            failed(e);
        }
        return outcome();
    }

    private void failed(IOException failure) {
        try {
            inspection.failed(original.key(), finding, failure);
        } catch (EndedException ended) {
            LOG.debug("the check of {} ended early", original.key(), ended);
        }
    }

    private void look(LooseArchive archive) throws IOException {
        if (archive.storedBytes() == 0) {
            damaged("no bytes at all");
            return;
        }
        switch (request.level()) {
            case CHECKSUM ->
                finding.undecided(new Undecided(
                        Reason.NOT_YET,
                        "it is of the original program, which left no manifest, so there is no checksum to compare it with;"
                                + " --level full reads it to its end"));
            case FULL -> open(archive);
            default -> LOG.debug("{} is there, with {} bytes", original.key(), archive.storedBytes());
        }
    }

    private void open(LooseArchive archive) throws IOException {
        ArchiveReader reader;
        try {
            reader = ArchiveReaders.of(archive, request.decryption());
        } catch (RunException e) {
            finding.undecided(new Undecided(Reason.KEY_UNAVAILABLE, e.text()));
            return;
        }
        Optional<ArchiveException> failure = read(archive, reader, bytesRead);
        if (failure.isPresent() && isOfTheKey(failure.get())) {
            finding.undecided(new Undecided(Reason.KEY_UNAVAILABLE, Failures.describe(failure.get())));
        } else if (failure.isPresent()) {
            // Bytes may also have changed on their way here.
            read(archive, reader, new AtomicLong()).ifPresent(again -> damaged(Failures.describe(again)));
        }
    }

    private static boolean isOfTheKey(ArchiveException failure) {
        return failure.kind() == Kind.KEY || failure.kind() == Kind.LOCKED;
    }

    /** Says what is wrong with the archive; throws what is the store's fault. */
    private Optional<ArchiveException> read(LooseArchive archive, ArchiveReader reader, AtomicLong counter)
            throws IOException {
        LooseObjects objects = LooseObjects.of(archive, original.app(), List.of(), store);
        try (InputStream stored = objects.open(counter)) {
            reader.check(stored, new TreeStats.Collector());
            return Optional.empty();
        } catch (IOException | RuntimeException e) {
            inspection.checkGoesOn();
            if (e instanceof ArchiveException failure) {
                return Optional.of(failure);
            }
            throw e;
        }
    }

    private void damaged(String found) {
        finding.damaged(new Damage(original.app(), original.key(), Reason.UNREADABLE, "an archive that opens", found));
    }

    private VerifyOutcome outcome() {
        if (!finding.damages().isEmpty()) {
            return new VerifyOutcome.Damaged(original, finding.damages(), finding.undecided(), Optional.empty());
        }
        return finding.undecided().isEmpty()
                ? new VerifyOutcome.Verified(original, request.level(), Optional.empty())
                : new VerifyOutcome.Unknown(original, finding.undecided(), Optional.empty());
    }
}
