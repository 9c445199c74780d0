package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.policy.VerifyLevel;
import io.doksnap.run.VerifyOutcome.Undecided;
import io.doksnap.snapshot.CatalogueEntry;
import io.doksnap.snapshot.Manifest.SourceEntry;
import io.doksnap.snapshot.Manifest.StoredPart;
import io.doksnap.store.ObjectStore;
import io.doksnap.store.StoreException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Looks at everything that a manifest names, and goes on behind what is damaged, so that in the end all of it is known. Only the store's own
 * words make an object damaged: that it has another size, other bytes, or is not there. A store that does not answer says nothing about it.
 */
final class SnapshotCheck {
    private final CatalogueEntry.Snapshot snapshot;
    private final VerifyRun.Request request;
    private final ObjectStore store;
    private final AtomicLong bytesRead;
    private final Cancellation cancellation;
    private final List<SourceFinding> findings = new ArrayList<>();

    SnapshotCheck(
            CatalogueEntry.Snapshot snapshot,
            VerifyRun.Request request,
            ObjectStore store,
            AtomicLong bytesRead,
            Cancellation cancellation) {
        this.snapshot = snapshot;
        this.request = request;
        this.store = store;
        this.bytesRead = bytesRead;
        this.cancellation = cancellation;
    }

    /** One finding for each source, in the manifest's order; fewer where something came up after which nothing more can be checked. */
    List<SourceFinding> run() {
        try {
            Map<String, Long> sizes = null;
            for (SourceEntry source : snapshot.manifest().sources()) {
                SourceFinding finding = new SourceFinding(source.name());
                findings.add(finding);
                if (sizes == null) {
                    sizes = list(finding);
                }
                check(source, sizes, finding);
            }
        } catch (EndedException ended) {
            // The finding says why.
        }
        return List.copyOf(findings);
    }

    private Map<String, Long> list(SourceFinding finding) throws EndedException {
        Map<String, Long> sizes = new HashMap<>();
        try {
            store.list(snapshot.folder().prefix(), object -> sizes.put(object.key(), object.size()));
            return sizes;
        } catch (StoreException e) {
            throw ended(finding, undecided(snapshot.folder().prefix(), e));
        }
    }

    private void check(SourceEntry source, Map<String, Long> sizes, SourceFinding finding) throws EndedException {
        ObjectCheck objects = new ObjectCheck(store, snapshot.folder(), source.name());
        for (StoredPart part : source.objects()) {
            Long size = sizes.get(snapshot.folder().key(part.name()));
            if (size == null || size != part.size()) {
                // A listing may lag behind; the object itself does not.
                look(part, finding, () -> objects.presence(part));
            }
        }
        if (request.level() == VerifyLevel.CHECKSUM) {
            readAll(source, objects, finding, this::progress);
        }
    }

    /** Reads every object that is not known to be damaged already. */
    private void readAll(SourceEntry source, ObjectCheck objects, SourceFinding finding, ObjectCheck.Progress progress)
            throws EndedException {
        for (StoredPart part : source.objects()) {
            if (!finding.isDamaged(snapshot.folder().key(part.name()))) {
                look(part, finding, () -> objects.content(part, progress));
            }
        }
    }

    private void progress(int bytes) throws IOException {
        bytesRead.addAndGet(bytes);
        checkGoesOn(bytes);
    }

    private void checkGoesOn(int ignored) throws IOException {
        if (cancellation.reason() != null) {
            throw new InterruptedIOException();
        }
    }

    private void look(StoredPart part, SourceFinding finding, Look look) throws EndedException {
        try {
            checkGoesOn(0);
            look.look().ifPresent(finding::damaged);
        } catch (IOException e) {
            Undecided what = undecided(snapshot.folder().key(part.name()), e);
            switch (what.reason()) {
                // Every other object would cost the same long wait for the same answer.
                case DESTINATION_UNREACHABLE, BUCKET_NOT_FOUND, CANCELLED, TIMED_OUT -> throw ended(finding, what);
                default -> finding.undecided(what);
            }
        }
    }

    /** Why something could not be looked at. That it could not is never damage. */
    private Undecided undecided(String key, IOException failure) {
        Reason cancelled = cancellation.reason();
        if (cancelled != null) {
            return new Undecided(cancelled, "stopped before it was done");
        }
        if (failure instanceof StoreException store) {
            Reason reason = switch (store.kind()) {
                case NOT_FOUND, MISMATCH -> Reason.UPLOAD_FAILED;
                default -> Failures.of(failure, Reason.UPLOAD_FAILED).reason();
            };
            return new Undecided(reason, String.valueOf(failure.getMessage()));
        }
        return new Undecided(
                Reason.UPLOAD_FAILED,
                key + " in " + store.location() + " could not be read (" + Failures.describe(failure)
                        + "); look at the disk that it lies on");
    }

    private static EndedException ended(SourceFinding finding, Undecided why) {
        finding.undecided(why);
        return new EndedException();
    }

    /** One look at one object. */
    @FunctionalInterface
    private interface Look {
        Optional<Damage> look() throws IOException;
    }

    /** Nothing more can be checked. */
    private static final class EndedException extends Exception {
        private static final long serialVersionUID = 1L;
    }
}
