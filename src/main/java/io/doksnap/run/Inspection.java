package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.run.VerifyOutcome.Undecided;
import io.doksnap.snapshot.Manifest.StoredPart;
import io.doksnap.store.ObjectStore;
import io.doksnap.store.StoreException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.Optional;

/**
 * Looks at objects one after the other, and goes on behind what is damaged or refused. Only the store's own words make an object damaged: that it has
 * another size, other bytes, or is not there. A store that does not answer, or breaks off, says nothing about it.
 */
final class Inspection {
    private final ObjectStore store;
    private final Cancellation cancellation;

    Inspection(ObjectStore store, Cancellation cancellation) {
        this.store = store;
        this.cancellation = cancellation;
    }

    /** Adds what one look brings to light, or why it brings nothing. */
    void look(String key, SourceFinding finding, Look look) throws EndedException {
        try {
            checkGoesOn();
            look.look().ifPresent(finding::damaged);
        } catch (IOException e) {
            failed(key, finding, e);
        }
    }

    /** Reads every object that is not known to be damaged already. */
    void readAll(List<StoredPart> parts, ObjectCheck objects, SourceFinding finding, ObjectCheck.Progress progress)
            throws EndedException {
        for (StoredPart part : parts) {
            String key = objects.key(part);
            if (!finding.isDamaged(key)) {
                look(key, finding, () -> objects.content(part, progress));
            }
        }
    }

    /**
     * Adds why something could not be looked at.
     *
     * @throws EndedException where nothing else can be looked at either
     */
    void failed(String key, SourceFinding finding, IOException failure) throws EndedException {
        Undecided why = undecided(key, failure);
        finding.undecided(why);
        switch (why.reason()) {
            // Every other object would cost the same long wait for the same answer.
            case DESTINATION_UNREACHABLE, BUCKET_NOT_FOUND, CANCELLED, TIMED_OUT -> throw new EndedException();
            default -> {}
        }
    }

    private Undecided undecided(String key, IOException failure) {
        Reason cancelled = cancellation.reason();
        if (cancelled != null) {
            return new Undecided(cancelled, "stopped before it was done");
        }
        if (failure instanceof StoreException refusal) {
            Reason reason = switch (refusal.kind()) {
                case NOT_FOUND, MISMATCH -> Reason.UPLOAD_FAILED;
                default -> Failures.of(failure, Reason.UPLOAD_FAILED).reason();
            };
            return new Undecided(reason, String.valueOf(failure.getMessage()));
        }
        return new Undecided(
                Reason.UPLOAD_FAILED,
                key + " in " + store.location() + " could not be read: " + Failures.describe(failure));
    }

    /** Whether somebody wants to stop. */
    boolean isStopped() {
        return cancellation.reason() != null;
    }

    /** Throws once somebody wants to stop. */
    void checkGoesOn() throws IOException {
        if (isStopped()) {
            throw new InterruptedIOException("stopped");
        }
    }

    /** One look at one object. */
    @FunctionalInterface
    interface Look {
        /** Says what is wrong with it; throws where that cannot be said. */
        Optional<Damage> look() throws IOException;
    }

    /** Nothing more can be looked at; the finding says why. */
    static final class EndedException extends Exception {
        private static final long serialVersionUID = 1L;
    }
}
